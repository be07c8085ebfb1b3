import type { ApiRecorder } from '../aws/http/api-call';
import { startAthena } from '../aws/athena/service';
import { startDynamoDb } from '../aws/dynamodb/dynamodb';
import { startFirehose, type FirehoseService } from '../aws/firehose/service';
import { startKinesis } from '../aws/kinesis/kinesis';
import { startLambda, type LambdaService } from '../aws/lambda/start-lambda';
import { startS3 } from '../aws/s3/service';
import { startSageMaker } from '../aws/sagemaker/service';
import type { LocalService } from '../aws/service';
import type { OutDirectory } from '../cli/out-directory';
import type { Pipeline } from '../template/pipeline';
import type { Cleanup } from './cleanup';

/** The services that stand in for AWS, with the resources that the template asks for. */
export interface LocalAws {
  readonly services: readonly LocalService[];
  readonly firehose: FirehoseService;
  readonly lambda: LambdaService;
  /** What a process needs in its environment for its AWS SDK to come here: endpoints, region, credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same under a name of the caller's own, which the services see; a name of letters, digits, `_ . -`. */
  readonly environmentOf: (caller: string) => Readonly<Record<string, string>>;
  /** Told of calls that are made in this process, past the wire. */
  readonly recorder: ApiRecorder;
}

/** The region that the local AWS says it is. */
const region = 'us-east-1';

/** The SDK tells every process that runs on Node.js 20 that it will ask for 22 one day; this keeps it out of the logs. */
export const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;

/**
 * Starts every service; each is registered to be stopped as soon as it runs.
 * @param recorder told of every request to a service @default - nobody is told
 */
export async function startLocalAws(
  pipeline: Pipeline,
  out: OutDirectory,
  cleanup: Cleanup,
  onEvent: (text: string) => void,
  recorder: ApiRecorder = () => undefined,
): Promise<LocalAws> {
  const services: LocalService[] = [];
  const started = async <Service extends LocalService>(starting: Promise<Service>): Promise<Service> => {
    const service = await starting;
    cleanup.add(service.name, () => service.close());
    services.push(service);
    return service;
  };
  const s3 = await started(startS3({ directory: out.s3, buckets: pipeline.buckets.map(({ name }) => name), recorder }));
  await started(startKinesis({ streams: pipeline.streams, recorder }));
  await started(startDynamoDb({ tables: pipeline.tables, recorder }));
  const later: { lambda?: LambdaService } = {};
  const firehose = await started(
    startFirehose({
      deliveryStreams: pipeline.deliveryStreams,
      store: s3.store,
      recorder,
      onEvent: (event) => onEvent(JSON.stringify(event)),
      // Lambda starts later: its functions are told where Firehose is.
      invoke: (functionArn, event) => invokeFunction(later.lambda, functionArn, event),
    }),
  );
  await started(startAthena({ databases: pipeline.databases, workgroups: pipeline.workGroups, store: s3.store, recorder }));
  await started(startSageMaker({ directory: out.training, s3Endpoint: s3.endpoint, logDirectory: out.logs, recorder }));
  const lambda = await started(
    startLambda({
      functions: pipeline.functions,
      environment: { ...quietSdk, ...environment(services) },
      logDirectory: out.logs,
    }),
  );
  later.lambda = lambda;
  return {
    services,
    firehose,
    lambda,
    environment: environment(services),
    environmentOf: (caller) => ({ ...environment(services), AWS_ACCESS_KEY_ID: caller }),
    recorder,
  };
}

/** Calls a function for another service. @throws Error when it cannot be called, or fails */
async function invokeFunction(lambda: LambdaService | undefined, functionArn: string, event: unknown): Promise<unknown> {
  const result = await lambda?.invoke(functionArn, event);
  if (result?.status !== 'succeeded') {
    throw new Error(
      result === undefined ? 'Lambda has not started' : `${result.failure.errorType}: ${result.failure.errorMessage}`,
    );
  }
  return result.payload;
}

function environment(services: readonly LocalService[]): Record<string, string> {
  return {
    ...Object.fromEntries(services.map(({ name, endpoint }) => [`AWS_ENDPOINT_URL_${name.toUpperCase()}`, endpoint])),
    AWS_REGION: region,
    // What the SDK for Python and the AWS CLI of version 1 read.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
