import { domainNamed } from '../../domains';
import type { PipelineConfig } from '../../lib/config/pipeline-config';
import { readConfiguration } from '../../lib/config/read-configuration';
import type { RuntimeCode } from '../../lib/shared/runtime-code';
import { UsageError } from '../usage-error';
import { estimate } from './estimate';
import type { Scenario, Sender } from './load';
import type { CostOptions } from './options';
import { PriceBook } from './price-book';
import { readPriceFile } from './price-file';
import type { Report } from './print';
import { alreadySaved, savingsOf } from './savings';
import { inventoryOnce } from './synthesize';

/** Where prices are taken from when the stage does not say its region. */
const defaultRegion = 'us-east-1';

/**
 * Works out what is printed.
 *
 * @throws UsageError for an option that does not fit the stage, or a price that is not known
 * @throws ConfigurationError for a stage that does not exist or is not valid
 */
export function reportOf(options: CostOptions, code: RuntimeCode): Report {
  const { stage, shards, reading, devices, intervalSeconds, bytes, trainingMinutes } = options;
  const config = readConfiguration({ stage, shards, reading });
  const domain = domainNamed(options.domain);
  const file = readPriceFile();
  const inventoryFor = inventoryOnce(domain, code);
  const load = { devices, intervalSeconds, bytes, trainingMinutes, sender: senderOf(options.sender, config) };
  const { windowDays } = domain.trainingSet;
  const keepsDeviceState = domain.stateCodec !== undefined;
  const facts = { keepsDeviceState, ...(windowDays !== undefined && { windowDays }) };
  const scenario: Scenario = { config, load, domain: facts, inventory: inventoryFor(config) };
  const book = new PriceBook(file, options.region ?? config.region ?? defaultRegion);
  const pricing = { book, spotDiscount: file.spotDiscount.fargate.share, inventoryFor };
  const month = estimate(scenario, book, pricing.spotDiscount);
  return {
    stage,
    region: book.region,
    dates: book.dates(month.lines.map(({ price }) => price)),
    load,
    domain: facts,
    estimate: month,
    savings: savingsOf(scenario, pricing),
    already: alreadySaved(scenario, pricing),
  };
}

function senderOf(asked: Sender | undefined, { ingestion, stage }: PipelineConfig): Sender {
  const sender = asked ?? (ingestion.iotCore ? 'iot-core' : 'put-records');
  if (!ingestion.iotCore && (sender === 'iot-core' || sender === 'basic-ingest')) {
    throw new UsageError(`--sender is ${sender}, and ingestion.iotCore is off in stage ${stage}: put-records or kpl`);
  }
  return sender;
}
