import { S3Client } from '@aws-sdk/client-s3';
import { listRowsEnvironment as names } from '../../core/environment';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { EventReader } from '../shared/event-reader';
import { S3Lake } from '../shared/s3-lake';
import type { BatchRows } from '../shared/scoring-batch';
import { listRows, readListRowsEvent } from './logic';

const s3 = new S3Client({});

/** Lists the files with the rows of a batch. Event: `{ "plan": <the answer of PlanScoring> }`; answers the `BatchRows`. */
export async function handler(event: unknown): Promise<BatchRows> {
  const variables = readEnvironment(names, process.env);
  return listRows(
    new S3Lake(s3, variables.lakeBucket),
    folderPrefix(names.scoringPrefix, variables.scoringPrefix),
    readListRowsEvent(new EventReader(event)),
  );
}
