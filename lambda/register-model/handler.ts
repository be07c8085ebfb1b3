import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { registerModelEnvironment as names } from '../../core/environment';
import { domainNamed } from '../../domains';
import { readEnvironment } from '../shared/environment';
import { readDocument } from '../shared/read-document';
import { S3Lake } from '../shared/s3-lake';
import { SageMakerRegistry } from '../shared/sagemaker-registry';
import { parseRegisterModelEvent } from './event';
import { registerModel, type Registered } from './logic';
import { metricsLine } from './metrics';

const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});

/** Registers a model that has been judged. Event: a `RegisterModelEvent`; answers `Registered`. */
export async function handler(event: unknown): Promise<Registered> {
  const variables = readEnvironment(names, process.env);
  const parsed = parseRegisterModelEvent(event);
  const manifest = await readDocument(new S3Lake(s3, variables.lakeBucket), parsed.plan.manifestUri);
  const servedBy = {
    domain: domainNamed(variables.domain),
    image: variables.trainingImage,
    codeVersion: manifest.text('codeVersion'),
  };
  const registered = await registerModel(new SageMakerRegistry(sagemaker, variables.modelPackageGroup), servedBy, parsed);
  const line = metricsLine(registered, variables.pipeline, Date.now());
  if (line !== undefined) {
    process.stdout.write(`${line}\n`);
  }
  return registered;
}
