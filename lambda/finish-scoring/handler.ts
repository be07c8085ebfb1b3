import { S3Client } from '@aws-sdk/client-s3';
import { finishScoringEnvironment as names } from '../../core/environment';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { EventReader } from '../shared/event-reader';
import { S3Lake } from '../shared/s3-lake';
import { finishScoring, readFinishScoringEvent, type FinishedBatch } from './logic';
import { metricsLine } from './metrics';

const s3 = new S3Client({});

/**
 * Ends a batch. Event: `{ "batch": <that of the plan>, "executionName": "<name>", "scored": [<the answer of ScoreRows for each file>] }`;
 * answers the `FinishedBatch`.
 */
export async function handler(event: unknown): Promise<FinishedBatch> {
  const variables = readEnvironment(names, process.env);
  const finished = await finishScoring(
    new S3Lake(s3, variables.lakeBucket),
    folderPrefix(names.scoringPrefix, variables.scoringPrefix),
    Date.now(),
    readFinishScoringEvent(new EventReader(event)),
  );
  process.stdout.write(`${metricsLine(finished, variables.pipeline, Date.now())}\n`);
  return finished;
}
