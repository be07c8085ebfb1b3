import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { SageMakerTrainingJobs } from '../shared/job/sagemaker-training-jobs';
import { parseStartTrainingConfig } from './config';
import { parseStartTrainingEvent } from './event';
import { startTraining, type StartedTraining } from './logic';

const jobs = new SageMakerTrainingJobs(new SageMakerClient({}));

/** Starts a training job. Event: a `StartTrainingEvent`; answers `StartedTraining`. */
export async function handler(event: unknown): Promise<StartedTraining> {
  return startTraining(jobs, parseStartTrainingConfig(process.env, domainNamed), parseStartTrainingEvent(event), Date.now());
}
