import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { inspectTrainingSetEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { readEnvironment } from '../shared/environment';
import { S3Lake } from '../shared/s3-lake';
import { SageMakerRegistry } from '../shared/sagemaker-registry';
import { parseGateLimits } from './config';
import { parseInspectTrainingSetEvent } from './event';
import { inspectTrainingSet, type InspectedTrainingSet } from './logic';

const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});

/**
 * Looks at a training set before a job is paid for. Event: `{ "plan": <the answer of PlanTraining>, "force": true | false }`; answers an
 * `InspectedTrainingSet`.
 */
export async function handler(event: unknown): Promise<InspectedTrainingSet> {
  const variables = readEnvironment(names, process.env);
  return inspectTrainingSet(
    {
      lake: new S3Lake(s3, variables.lakeBucket),
      registry: new SageMakerRegistry(sagemaker, variables.modelPackageGroup),
      now: Date.now,
      domain: domainNamed(variables.domain),
      gates: parseGateLimits(names.gates, variables.gates),
    },
    parseInspectTrainingSetEvent(event),
  );
}
