import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { startSageMaker, type SageMakerService } from '../../local/aws/sagemaker/service';

/** A local SageMaker whose jobs fail at once: what matters is what it says of them. */
export interface FailingSageMaker {
  readonly service: SageMakerService;
  readonly client: SageMakerClient;
  close(): Promise<void>;
}

export async function startFailingSageMaker(): Promise<FailingSageMaker> {
  const directory = await mkdtemp(path.join(tmpdir(), 'failing-sagemaker-'));
  const service = await startSageMaker({
    directory,
    logDirectory: path.join(directory, 'logs'),
    s3Endpoint: 'http://127.0.0.1:1',
    jobFaults: () => ({ kind: 'failed', reason: 'ClientError: no' }),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
  return {
    service,
    client,
    close: async () => {
      client.destroy();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
