import { S3Client } from '@aws-sdk/client-s3';
import { scoreRowsEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment } from '../shared/environment';
import { EventReader } from '../shared/event-reader';
import { S3Lake } from '../shared/s3-lake';
import { readScoreRowsEvent, scoreRows, type ScoredRows } from './logic';

const s3 = new S3Client({});

/** Scores the rows of a file. Event: `{ "batch": <that of the plan>, "file": <one that ListRows gives> }`; answers the `ScoredRows`. */
export async function handler(event: unknown): Promise<ScoredRows> {
  const variables = readEnvironment(names, process.env);
  return scoreRows(
    new S3Lake(s3, variables.lakeBucket),
    {
      domain: domainNamed(variables.domain),
      predictionsPrefix: folderPrefix(names.predictionsPrefix, variables.predictionsPrefix),
    },
    readScoreRowsEvent(new EventReader(event)),
  );
}
