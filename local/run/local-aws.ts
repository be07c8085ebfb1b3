import { appendFileSync } from 'node:fs';
import * as path from 'node:path';
import { alertEnvironment } from '../../core/environment';
import type { ApiRecorder } from '../aws/http/api-call';
import { startAthena } from '../aws/athena/service';
import { startDynamoDb } from '../aws/dynamodb/dynamodb';
import type { EventBus, StartTarget } from '../aws/events/bus';
import { parsePattern } from '../aws/events/pattern';
import { startEventBridge } from '../aws/events/service';
import { targetInput } from '../aws/events/target-input';
import { startFirehose, type FirehoseService } from '../aws/firehose/service';
import { startKinesis } from '../aws/kinesis/kinesis';
import { startLambda, type LambdaService } from '../aws/lambda/start-lambda';
import { startS3 } from '../aws/s3/service';
import type { JobFaultPlan } from '../aws/sagemaker/job-faults';
import { startSageMaker, type SageMakerService } from '../aws/sagemaker/service';
import type { LocalService } from '../aws/service';
import type { SnsMessage } from '../aws/sns/message';
import { startSns } from '../aws/sns/service';
import type { OutDirectory } from '../cli/out-directory';
import type { Pipeline, PipelineEventRule } from '../template/pipeline';
import type { Cleanup } from './cleanup';
import { quietSdk } from './quiet-sdk';
import { referredTopics } from './referred-topics';
import { failureOf, runWorkflow, type WorkflowServices } from './workflow';

/** The services that stand in for AWS, with the resources that the template asks for. */
export interface LocalAws extends WorkflowServices {
  readonly services: readonly LocalService[];
  readonly firehose: FirehoseService;
  readonly sageMaker: SageMakerService;
  /** The default event bus, where services tell of what happens. */
  readonly bus: EventBus;
  /** What a process needs in its environment for its AWS SDK to come here: endpoints, region, credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface LocalAwsOptions {
  /** Takes what happens in the services, a line at a time. @default - nobody is told */
  readonly onEvent?: (text: string) => void;
  /** Takes what is published to a topic, beside the log. @default - the log alone */
  readonly onMessage?: (message: SnsMessage) => void;
  /** Told of every request to a service. @default - nobody is told */
  readonly recorder?: ApiRecorder;
  /** What goes wrong with training jobs, on purpose. @default - nothing */
  readonly jobFaults?: JobFaultPlan;
}

/** The region that the local AWS says it is. */
const region = 'us-east-1';

/** What is published to topics: files among the logs, that of the consumer's alerts apart. */
const messageLog = 'notifications.log';
export const alertLog = 'alerts.log';

/** Starts every service on the folder of a run, with what lies in it; each is registered to be stopped as soon as it runs. */
export async function startLocalAws(
  pipeline: Pipeline,
  out: OutDirectory,
  cleanup: Cleanup,
  options: LocalAwsOptions = {},
): Promise<LocalAws> {
  const { onEvent = () => undefined, recorder = () => undefined, jobFaults } = options;
  const services: LocalService[] = [];
  const started = async <Service extends LocalService>(starting: Promise<Service>): Promise<Service> => {
    const service = await starting;
    cleanup.add(service.name, () => service.close());
    services.push(service);
    return service;
  };
  const tell = (event: object): void => onEvent(JSON.stringify(event));
  // Functions start last: they are told where everything else is.
  const later: { aws?: WorkflowServices } = {};
  const stopping = new AbortController();
  const alertTopics = new Set(pipeline.services.map(({ environment }) => environment[alertEnvironment.alertTopicArn]));
  const s3 = await started(startS3({ directory: out.s3, buckets: pipeline.buckets.map(({ name }) => name), recorder }));
  await started(startKinesis({ streams: pipeline.streams, recorder }));
  await started(startDynamoDb({ tables: pipeline.tables, directory: path.join(out.state, 'dynamodb'), recorder }));
  await started(
    startSns({
      topics: [...pipeline.topics.map(({ arn }) => arn), ...referredTopics(pipeline)],
      onMessage: (message) => {
        const log = alertTopics.has(message.topicArn) ? alertLog : messageLog;
        appendFileSync(path.join(out.logs, log), `${message.subject ?? ''}\n${message.message}\n\n`);
        options.onMessage?.(message);
      },
      recorder,
    }),
  );
  const { bus } = await started(
    startEventBridge({
      rules: pipeline.eventRules.map(busRule),
      start: targetStarter(pipeline, later, stopping.signal),
      onEvent: tell,
      recorder,
    }),
  );
  const firehose = await started(
    startFirehose({
      deliveryStreams: pipeline.deliveryStreams,
      store: s3.store,
      recorder,
      onEvent: tell,
      invoke: (functionArn, event) => invokeFunction(later.aws?.lambda, functionArn, event),
    }),
  );
  await started(startAthena({ databases: pipeline.databases, workgroups: pipeline.workGroups, store: s3.store, recorder }));
  const sageMaker = await started(
    startSageMaker({
      directory: out.training,
      stateDirectory: path.join(out.state, 'sagemaker'),
      s3Endpoint: s3.endpoint,
      logDirectory: out.logs,
      modelPackageGroups: pipeline.modelPackageGroups,
      onEvent: (event) => void bus.put(event),
      recorder,
      ...(jobFaults !== undefined && { jobFaults }),
    }),
  );
  await started(Promise.resolve(sageMaker.runtime));
  const lambda = await started(
    startLambda({
      functions: pipeline.functions,
      environment: { ...quietSdk, ...environment(services) },
      logDirectory: out.logs,
    }),
  );
  const aws: LocalAws = {
    services,
    firehose,
    sageMaker,
    bus,
    lambda,
    environment: environment(services),
    environmentOf: (caller) => ({ ...environment(services), AWS_ACCESS_KEY_ID: caller }),
    recorder,
  };
  later.aws = aws;
  cleanup.add('what events have started', async () => {
    stopping.abort();
    await bus.idle();
  });
  return aws;
}

function busRule({ name, pattern, targets }: PipelineEventRule): Parameters<typeof startEventBridge>[0]['rules'][number] {
  return {
    name,
    matches: parsePattern(pattern),
    targets: targets.map(({ kind, arn, input }) => ({ kind, arn, input: targetInput(input) })),
  };
}

/** Calls what a rule names: a function, or a state machine, whose execution has failed when the call fails. */
function targetStarter(pipeline: Pipeline, later: { readonly aws?: WorkflowServices }, signal: AbortSignal): StartTarget {
  return async ({ kind, arn }, input) => {
    const machine = pipeline.stateMachines.find((one) => one.arn === arn);
    if (kind === 'function' || machine === undefined || later.aws === undefined) {
      return invokeFunction(later.aws?.lambda, arn, input, signal);
    }
    const execution = await runWorkflow(later.aws, { machine, input, startTime: new Date(), signal });
    if (execution.status !== 'SUCCEEDED') {
      throw new Error(failureOf(machine, execution));
    }
    return execution.output;
  };
}

/** Calls a function for another service. @throws Error when it cannot be called, or fails */
async function invokeFunction(
  lambda: LambdaService | undefined,
  functionArn: string,
  event: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const result = await lambda?.invoke(functionArn, event, signal);
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
