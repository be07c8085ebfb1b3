import { S3Client } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { parsePlan } from '../shared/plan';
import { S3Lake } from '../shared/s3-lake';
import { parseStartTrainingConfig } from './config';
import { startTraining, type StartedTraining } from './logic';

const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});

/** Starts the training job of a plan. Event: a `ReadyPlan`; answers `StartedTraining`. */
export async function handler(event: unknown): Promise<StartedTraining> {
  const config = parseStartTrainingConfig(process.env, domainNamed);
  return startTraining(
    new S3Lake(s3, config.lakeBucket),
    async (request) => {
      await sagemaker.send(new CreateTrainingJobCommand(request));
    },
    config,
    parsePlan(event),
  );
}
