import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { SageMakerRegistry } from '../shared/sagemaker-registry';
import { parseDeployModelConfig } from './config';
import { parseDeployModelEvent } from './event';
import { deployModel, type Deployment } from './logic';
import { SageMakerHosting } from './sagemaker-hosting';

const sagemaker = new SageMakerClient({});

/**
 * Brings the endpoint a step nearer to serving the model in use. Event: `{ "startedAt": "<ISO 8601>", "deployment": { "begun": … } }`,
 * where `deployment` is the answer of the call before; answers the `Deployment`.
 */
export async function handler(event: unknown): Promise<Deployment> {
  const config = parseDeployModelConfig(process.env, domainNamed);
  const deployment = await deployModel(
    {
      config,
      registry: new SageMakerRegistry(sagemaker, config.modelPackageGroup),
      hosting: new SageMakerHosting(sagemaker),
      now: Date.now,
    },
    parseDeployModelEvent(event),
  );
  process.stdout.write(`${JSON.stringify({ event: 'deployment', level: 'info', ...deployment })}\n`);
  return deployment;
}
