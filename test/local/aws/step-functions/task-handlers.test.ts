import { AthenaClient } from '@aws-sdk/client-athena';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../../../local/aws/http/aws-error';
import { startJsonService, type Operation } from '../../../../local/aws/http/json-service';
import type { InvocationResult } from '../../../../local/aws/lambda/invocation';
import type { LocalService } from '../../../../local/aws/service';
import type { InvokeFunction } from '../../../../local/aws/step-functions/lambda-task';
import type { Notification } from '../../../../local/aws/step-functions/sns-task';
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

/** Calls a resource with an input, against services that answer as given. */
async function call(
  resource: string,
  input: unknown,
  backend: {
    readonly invoke?: InvokeFunction;
    readonly operations?: Readonly<Record<string, Operation>>;
    readonly notify?: (notification: Notification) => void;
  } = {},
): Promise<unknown> {
  const targetPrefix = resource === athenaResource ? 'AmazonAthena' : 'SageMaker';
  const service = await startJsonService({ name: 'service', targetPrefix, operations: backend.operations ?? {} });
  const athena = new AthenaClient(client(service.endpoint));
  const sageMaker = new SageMakerClient(client(service.endpoint));
  running.push(service);
  clients.push(athena, sageMaker);
  const handlers = createTaskHandlers({
    invoke: backend.invoke ?? (() => Promise.reject(new Error('not invoked'))),
    athena,
    sageMaker,
    notify: backend.notify ?? (() => undefined),
    queryPollMs: 1,
  });
  return handlers(resource)?.(input, { state: 'Task', signal: new AbortController().signal });
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

describe('sns:publish', () => {
  const resource = 'arn:aws:states:::sns:publish';
  const input = { TopicArn: 'arn:aws:sns:us-east-1:000000000000:alerts', Message: 'a model', Subject: 'trained' };

  test('hands the message over and answers with an id', async () => {
    const told: Notification[] = [];
    const output = await call(resource, input, { notify: (notification) => void told.push(notification) });
    expect(told).toEqual([{ topicArn: input.TopicArn, message: 'a model', subject: 'trained' }]);
    expect(output).toEqual({ MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
  });

  test.each([
    [{ TopicArn: 'alerts' }, 'SNS.InvalidParameterException', 'TopicArn alerts'],
    [{ Message: '' }, 'SNS.InvalidParameterException', 'Message'],
    [{ Message: 'ä'.repeat(128 * 1024 + 1) }, 'SNS.InvalidParameterException', 'Message'],
    [{ Subject: 'x'.repeat(101) }, 'SNS.InvalidParameterException', 'Subject'],
    [{ Subject: 'two\nlines' }, 'SNS.InvalidParameterException', 'Subject'],
    [{ MessageAttributes: {} }, 'States.Runtime', 'parameter MessageAttributes is not supported'],
  ])('refuses %j', async (change, name, message) => {
    await expect(call(resource, { ...input, ...change })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as string,
    });
  });
});
