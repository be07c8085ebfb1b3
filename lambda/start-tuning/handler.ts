import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { SageMakerTrainingJobs } from '../shared/job/sagemaker-training-jobs';
import { parseStartTuningConfig } from './config';
import { parseStartTuningEvent } from './event';
import { startTuning, type StartedTuning } from './logic';
import { SageMakerTuningJobs } from './sagemaker-tuning-jobs';

const client = new SageMakerClient({});
const ports = { tunings: new SageMakerTuningJobs(client), jobs: new SageMakerTrainingJobs(client) };

/** Starts a tuning job. Event: a `StartTuningEvent`; answers `StartedTuning`. */
export async function handler(event: unknown): Promise<StartedTuning> {
  return startTuning(ports, parseStartTuningConfig(process.env, domainNamed), parseStartTuningEvent(event), Date.now());
}
