import { FirehoseClient } from '@aws-sdk/client-firehose';
import { csvToRowsEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { readEnvironment } from '../shared/environment';
import { parseEvent, type TransformationAnswer } from './event';
import { FirehoseQuarantine } from './firehose-quarantine';
import { CsvToRows } from './logic';
import { metricsLine } from './metrics';

const firehose = new FirehoseClient({});

/** Turns CSV lines into rows. Event: that of a Firehose transformation; answers a result per record, in their order. */
export async function handler(event: unknown): Promise<TransformationAnswer> {
  const { domain, table, quarantineStream } = readEnvironment(names, process.env);
  const csvToRows = new CsvToRows(domainNamed(domain), table, new FirehoseQuarantine(firehose, quarantineStream));
  const parsed = parseEvent(event);
  const { answer, tally, error } = await csvToRows.transform(parsed);
  const line = metricsLine(tally, parsed.deliveryStreamArn.replace(/^.*\//, ''), Date.now(), error);
  if (line !== undefined) {
    process.stdout.write(`${line}\n`);
  }
  return answer;
}
