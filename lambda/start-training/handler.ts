import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { EventReader } from '../shared/event-reader';
import { parsePlan } from '../shared/plan';
import { S3Lake } from '../shared/s3-lake';
import { SageMakerTrainingJobs } from '../shared/sagemaker-training-jobs';
import { parseStartTrainingConfig } from './config';
import { parseStartTrainingEvent } from './event';
import { startTraining, type StartedTraining } from './logic';
import { startPlanned, type StartedPlan } from './planned-training';

const s3 = new S3Client({});
const jobs = new SageMakerTrainingJobs(new SageMakerClient({}));

/**
 * Starts a training job. Event: a `StartTrainingEvent`; answers `StartedTraining`. A plan alone, `ReadyPlan`, is checked here and
 * started; answers `StartedPlan`.
 */
export async function handler(event: unknown): Promise<StartedTraining | StartedPlan> {
  const config = parseStartTrainingConfig(process.env, domainNamed);
  return new EventReader(event).has('plan')
    ? startTraining(jobs, config, parseStartTrainingEvent(event), Date.now())
    : startPlanned(new S3Lake(s3, config.lakeBucket), jobs, config, parsePlan(event));
}
