import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import type { BusEvent } from '../../../../local/aws/events/bus';
import { startEventBridge } from '../../../../local/aws/events/service';
import { AwsError } from '../../../../local/aws/http/aws-error';
import { startJsonService, type Operation } from '../../../../local/aws/http/json-service';
import type { InvocationResult } from '../../../../local/aws/lambda/invocation';
import { startS3, type S3Service } from '../../../../local/aws/s3/service';
import type { LocalService } from '../../../../local/aws/service';
import type { SnsMessage } from '../../../../local/aws/sns/message';
import { startSns } from '../../../../local/aws/sns/service';
import type { InvokeFunction } from '../../../../local/aws/step-functions/lambda-task';
import { createTaskHandlers } from '../../../../local/aws/step-functions/task-handlers';

const invokeResource = 'arn:aws:states:::lambda:invoke';
const athenaResource = 'arn:aws:states:::athena:startQueryExecution.sync';
const describeResource = 'arn:aws:states:::aws-sdk:sagemaker:describeTrainingJob';

const client = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

const running: LocalService[] = [];
const clients: { destroy(): void }[] = [];

afterEach(async () => {
  clients.splice(0).forEach((one) => one.destroy());
  await Promise.all(running.splice(0).map((service) => service.close()));
});

/** A service that ends with the test. */
async function started<Service extends LocalService>(starting: Promise<Service>): Promise<Service> {
  const service = await starting;
  running.push(service);
  return service;
}

/** Calls a resource with an input, against services by name; the others cannot be reached. */
async function callAt(
  services: Readonly<Record<string, LocalService>>,
  resource: string,
  input: unknown,
  invoke: InvokeFunction = () => Promise.reject(new Error('not invoked')),
): Promise<unknown> {
  const at = (name: string) => client(services[name]?.endpoint ?? 'http://127.0.0.1:1');
  const all = {
    athena: new AthenaClient(at('athena')),
    sageMaker: new SageMakerClient(at('sagemaker')),
    s3: new S3Client({ ...at('s3'), forcePathStyle: true }),
    sns: new SNSClient(at('sns')),
    eventBridge: new EventBridgeClient(at('eventbridge')),
  };
  clients.push(...Object.values(all));
  const context = { state: 'Task', executionArn: 'arn:execution', stateMachineArn: 'arn:machine' };
  return createTaskHandlers({ ...all, invoke, queryPollMs: 1 })(resource)?.(input, {
    ...context,
    signal: new AbortController().signal,
  });
}

/** Calls a resource with an input, against a service that answers as given. */
async function call(
  resource: string,
  input: unknown,
  backend: { readonly invoke?: InvokeFunction; readonly operations?: Readonly<Record<string, Operation>> } = {},
): Promise<unknown> {
  const targetPrefix = resource === athenaResource ? 'AmazonAthena' : 'SageMaker';
  const service = await started(startJsonService({ name: 'service', targetPrefix, operations: backend.operations ?? {} }));
  return callAt({ athena: service, sagemaker: service }, resource, input, backend.invoke);
}

describe('lambda:invoke', () => {
  test('wraps the answer of the function', async () => {
    const calls: unknown[] = [];
    const output = await call(
      invokeResource,
      { FunctionName: 'plan', Payload: { a: 1 } },
      {
        invoke: async (name, payload): Promise<InvocationResult> => {
          calls.push([name, payload]);
          return { status: 'succeeded', payload: { rows: 3 } };
        },
      },
    );
    expect(calls).toEqual([['plan', { a: 1 }]]);
    expect(output).toEqual({ ExecutedVersion: '$LATEST', Payload: { rows: 3 }, StatusCode: 200 });
  });

  test('fails with the type of the error that the function threw', async () => {
    const failure = { errorType: 'WindowOpen', errorMessage: 'too early', trace: [] };
    await expect(
      call(invokeResource, { FunctionName: 'plan' }, { invoke: async () => ({ status: 'failed', failure }) }),
    ).rejects.toMatchObject({ name: 'WindowOpen', message: JSON.stringify(failure) });
  });

  test('fails with the error of the service when there is no such function', async () => {
    await expect(
      call(
        invokeResource,
        { FunctionName: 'gone' },
        {
          invoke: () => Promise.reject(new AwsError('ResourceNotFoundException', 'Function not found: gone', 404)),
        },
      ),
    ).rejects.toMatchObject({ name: 'Lambda.ResourceNotFoundException' });
  });

  test('refuses a parameter that would be ignored', async () => {
    await expect(call(invokeResource, { FunctionName: 'plan', InvocationType: 'Event' })).rejects.toThrow(
      'parameter InvocationType is not supported',
    );
  });
});

test('the ARN of a function as resource gives the answer itself', async () => {
  const invoke: InvokeFunction = async (name, payload) => ({ status: 'succeeded', payload: { name, payload } });
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:plan';
  expect(await call(arn, { a: 1 }, { invoke })).toEqual({ name: arn, payload: { a: 1 } });
});

describe('athena:startQueryExecution.sync', () => {
  const input = { QueryString: 'SELECT 1', WorkGroup: 'pipeline', QueryExecutionContext: { Database: 'lake' } };

  test('waits for the end of the query', async () => {
    const started: unknown[] = [];
    const states = ['QUEUED', 'RUNNING', 'SUCCEEDED'];
    const output = await call(athenaResource, input, {
      operations: {
        StartQueryExecution: (request) => {
          started.push(request);
          return { QueryExecutionId: 'q-1' };
        },
        GetQueryExecution: ({ QueryExecutionId }) => ({
          QueryExecution: { QueryExecutionId, Status: { State: states.shift(), SubmissionDateTime: 1_700_000_000.5 } },
        }),
      },
    });
    expect(started).toMatchObject([input]);
    expect(states).toEqual([]);
    expect(output).toEqual({
      QueryExecution: { QueryExecutionId: 'q-1', Status: { State: 'SUCCEEDED', SubmissionDateTime: 1_700_000_000_500 } },
    });
  });

  test('fails the task with the reason when the query fails', async () => {
    const operations = {
      StartQueryExecution: () => ({ QueryExecutionId: 'q-1' }),
      GetQueryExecution: () => ({
        QueryExecution: { Status: { State: 'FAILED', StateChangeReason: 'SYNTAX_ERROR: line 1' } },
      }),
    };
    await expect(call(athenaResource, input, { operations })).rejects.toMatchObject({
      name: 'States.TaskFailed',
      message: expect.stringContaining('SYNTAX_ERROR: line 1') as string,
    });
  });

  test('fails with the error of the service', async () => {
    const operations = {
      StartQueryExecution: () => {
        throw new AwsError('InvalidRequestException', 'no such work group');
      },
    };
    await expect(call(athenaResource, input, { operations })).rejects.toMatchObject({ name: 'Athena.InvalidRequestException' });
  });
});

describe('aws-sdk:sagemaker:describeTrainingJob', () => {
  test('gives the answer of the API with instants as text', async () => {
    const operations = {
      DescribeTrainingJob: ({ TrainingJobName }: Readonly<Record<string, unknown>>) => ({
        TrainingJobName,
        TrainingJobStatus: 'Completed',
        CreationTime: 1_700_000_000,
      }),
    };
    expect(await call(describeResource, { TrainingJobName: 'job' }, { operations })).toEqual({
      TrainingJobName: 'job',
      TrainingJobStatus: 'Completed',
      CreationTime: '2023-11-14T22:13:20.000Z',
    });
  });

  test('names the error like the integration does', async () => {
    const operations = {
      DescribeTrainingJob: () => {
        throw new AwsError('ResourceNotFound', 'Requested resource not found.');
      },
    };
    await expect(call(describeResource, { TrainingJobName: 'job' }, { operations })).rejects.toMatchObject({
      name: 'SageMaker.ResourceNotFoundException',
    });
  });
});

test('every other resource is unknown', async () => {
  expect(await call('arn:aws:states:::sqs:sendMessage', {})).toBeUndefined();
});

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
describe('sns:publish', () => {
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:outcomes';
  const publish = async (input: object): Promise<[unknown, readonly SnsMessage[]]> => {
    const told: SnsMessage[] = [];
    const sns = await started(startSns({ topics: [TopicArn], onMessage: (message) => void told.push(message) }));
    return [await callAt({ sns }, 'arn:aws:states:::sns:publish', { TopicArn, Message: 'a model', ...input }), told];
  };

  test('publishes, with subject and attributes, and answers with an id', async () => {
    const [output, told] = await publish({
      Subject: 'trained',
      MessageAttributes: { outcome: { DataType: 'String', StringValue: 'trained' } },
    });
    expect(told).toMatchObject([
      { topicArn: TopicArn, message: 'a model', subject: 'trained', attributes: { outcome: { value: 'trained' } } },
    ]);
    expect(output).toEqual({ MessageId: told[0]?.messageId });
  });

  test('publishes what is no text as its JSON', async () => {
    const [, told] = await publish({ Message: { rows: 3, metrics: { auc: 0.8 } } });
    expect(told.map(({ message }) => message)).toEqual(['{"rows":3,"metrics":{"auc":0.8}}']);
  });

  test.each([
    [{ TopicArn: `${TopicArn}2` }, 'SNS.NotFoundException', 'Topic does not exist'],
    [{ Message: '' }, 'SNS.InvalidParameterException', 'Empty message'],
    [{ Message: undefined }, 'SNS.InvalidParameterException', 'Empty message'],
    [{ Subject: 'x'.repeat(101) }, 'SNS.InvalidParameterException', 'Subject'],
    [{ MessageStructure: 'json' }, 'SNS.NotImplementedException', 'MessageStructure of Publish is not supported'],
  ])('fails with %j', async (change, name, message) => {
    await expect(publish(change)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
describe('events:putEvents', () => {
  const put = async (input: unknown): Promise<[unknown, readonly BusEvent[]]> => {
    const seen: BusEvent[] = [];
    const eventBridge = await started(
      startEventBridge({ rules: [], start: async () => undefined, onEvent: (event) => void seen.push(event) }),
    );
    return [await callAt({ eventbridge: eventBridge }, 'arn:aws:states:::events:putEvents', input), seen];
  };
  const entry = { Source: 'iot-to-model', DetailType: 'Model', Detail: { status: 'Approved', score: 0.8 } };

  test('puts events, with the execution and its machine among the resources', async () => {
    const [output, seen] = await put({ Entries: [entry, { ...entry, Detail: '{"a":1}', Resources: ['arn:one'] }] });
    expect(seen).toMatchObject([
      {
        event: {
          source: 'iot-to-model',
          detail: { status: 'Approved', score: 0.8 },
          resources: ['arn:execution', 'arn:machine'],
        },
      },
      { event: { detail: { a: 1 }, resources: ['arn:one', 'arn:execution', 'arn:machine'] } },
    ]);
    expect(output).toEqual({
      FailedEntryCount: 0,
      Entries: seen.map((one) => ({ EventId: one.type === 'put' ? one.event.id : '' })),
    });
  });

  test('fails when an entry is not taken', async () => {
    await expect(put({ Entries: [entry, { ...entry, Detail: '[]' }] })).rejects.toMatchObject({
      name: 'EventBridge.FailedEntry',
      message: expect.stringContaining('MalformedDetail') as string,
    });
  });

  test.each([
    [{ Entries: [] }, 'EventBridge.ValidationException', 'length from 1 to 10'],
    [{ Entries: [{ ...entry, EventBusName: 'orders' }] }, 'EventBridge.NotImplementedException', 'the event bus orders'],
    [{ Entries: [entry], EndpointId: 'a.b' }, 'States.Runtime', 'takes Entries alone, not EndpointId'],
    [{}, 'States.Runtime', 'takes Entries alone'],
  ])('fails with %j', async (input, name, message) => {
    await expect(put(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
  });
});

describe('aws-sdk:s3:listObjectsV2', () => {
  const resource = 'arn:aws:states:::aws-sdk:s3:listObjectsV2';
  let directory: string;
  let s3: S3Service;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tasks-'));
    s3 = await started(startS3({ directory, buckets: ['lake'] }));
    for (const key of ['examples/split=train/1.parquet', 'examples/split=train/2.parquet', 'manifest.json']) {
      await s3.store.put('lake', key, Buffer.from('four'));
    }
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('lists a page: parameters and answer are those of the API, instants are text', async () => {
    const list = (more: object = {}) => callAt({ s3 }, resource, { Bucket: 'lake', Prefix: 'examples/', MaxKeys: 1, ...more });
    const first = await list();
    expect(first).toMatchObject({
      Name: 'lake',
      Prefix: 'examples/',
      MaxKeys: 1,
      KeyCount: 1,
      IsTruncated: true,
      Contents: [
        {
          Key: 'examples/split=train/1.parquet',
          Size: 4,
          ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) as string,
          LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        },
      ],
    });
    const { NextContinuationToken: ContinuationToken } = first as { NextContinuationToken: string };
    expect(await list({ ContinuationToken })).toMatchObject({
      IsTruncated: false,
      Contents: [{ Key: 'examples/split=train/2.parquet' }],
    });
  });

  test('has no Contents where there is nothing', async () => {
    expect(await callAt({ s3 }, resource, { Bucket: 'lake', Prefix: 'other/' })).not.toHaveProperty('Contents');
  });

  test('names the error like the integration does', async () => {
    await expect(callAt({ s3 }, resource, { Bucket: 'sea' })).rejects.toMatchObject({ name: 'S3.NoSuchBucketException' });
    await expect(callAt({ s3 }, resource, 'lake')).rejects.toMatchObject({ name: 'States.Runtime' });
  });
});

describe('aws-sdk:sagemaker, the reads', () => {
  const read = (action: string, input: unknown, operations: Readonly<Record<string, Operation>>) =>
    call(`arn:aws:states:::aws-sdk:sagemaker:${action}`, input, { operations });

  test('lists jobs from an instant on', async () => {
    const asked: unknown[] = [];
    const ListTrainingJobs: Operation = (input) => {
      asked.push(input);
      return { TrainingJobSummaries: [{ TrainingJobName: 'job', TrainingJobArn: 'arn', CreationTime: 1_700_000_000 }] };
    };
    expect(
      await read('listTrainingJobs', { CreationTimeAfter: '2026-11-20T00:00:00Z', MaxResults: 5 }, { ListTrainingJobs }),
    ).toEqual({
      TrainingJobSummaries: [{ TrainingJobName: 'job', TrainingJobArn: 'arn', CreationTime: '2023-11-14T22:13:20.000Z' }],
    });
    expect(asked).toEqual([{ CreationTimeAfter: Date.parse('2026-11-20T00:00:00Z') / 1000, MaxResults: 5 }]);
    await expect(read('listTrainingJobs', { CreationTimeAfter: 'today' }, { ListTrainingJobs })).rejects.toMatchObject({
      name: 'States.Runtime',
      message: 'CreationTimeAfter is "today", which is no instant',
    });
  });

  test.each([
    ['describeModelPackage', { ModelPackageName: 'factory/1' }],
    ['listModelPackages', { ModelPackageGroupName: 'factory' }],
    ['describeModelPackageGroup', { ModelPackageGroupName: 'factory' }],
    ['describeEndpoint', { EndpointName: 'live' }],
  ])('%s asks the API', async (action, input) => {
    const operation = action.charAt(0).toUpperCase() + action.slice(1);
    const asked: unknown[] = [];
    await read(action, input, { [operation]: (request) => (asked.push(request), {}) });
    expect(asked).toEqual([input]);
  });
});
