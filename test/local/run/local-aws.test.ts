import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { BusEvent } from '../../../local/aws/events/bus';
import { openOutDirectory, prepareOutDirectory, type OutDirectory } from '../../../local/cli/out-directory';
import { Cleanup } from '../../../local/run/cleanup';
import { startLocalAws, type LocalAws } from '../../../local/run/local-aws';
import type { Pipeline } from '../../../local/template/pipeline';
import { readPipeline } from '../../../local/template/read-pipeline';
import { assemblyOf } from '../template/assembly-fixture';

const publish = (Message: object): Record<string, unknown> => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::sns:publish',
  Parameters: { TopicArn: { Ref: 'Outcomes' }, ...Message },
  End: true,
});

/** A group, a topic, and a state machine that tells the topic of every version that was approved. */
const pipeline = (states: Record<string, unknown> = { Tell: publish({ 'Message.$': '$.arn', Subject: 'approved' }) }): Pipeline =>
  readPipeline(
    assemblyOf({
      One: {
        Resources: {
          Models: { Type: 'AWS::SageMaker::ModelPackageGroup', Properties: { ModelPackageGroupName: 'factory' } },
          Outcomes: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'outcomes' } },
          States: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              TableName: 'states',
              KeySchema: [{ AttributeName: 'device', KeyType: 'HASH' }],
              AttributeDefinitions: [{ AttributeName: 'device', AttributeType: 'S' }],
            },
          },
          Deploy: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: { StateMachineName: 'deploy', Definition: { StartAt: Object.keys(states)[0], States: states } },
          },
          Approved: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'approved',
              EventPattern: {
                source: ['aws.sagemaker'],
                'detail-type': ['SageMaker Model Package State Change'],
                detail: { ModelPackageGroupName: ['factory'], ModelApprovalStatus: ['Approved'] },
              },
              Targets: [
                {
                  Id: 'Deploy',
                  Arn: { Ref: 'Deploy' },
                  InputTransformer: { InputPathsMap: { arn: '$.detail.ModelPackageArn' }, InputTemplate: '{"arn":<arn>}' },
                },
              ],
            },
          },
        },
      },
    }),
  );
const arn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/factory/1';

describe('the local AWS', () => {
  let parent: string;
  let out: OutDirectory;
  let cleanup: Cleanup;
  let events: BusEvent[];

  const start = async (asked = pipeline()): Promise<LocalAws> => {
    cleanup = new Cleanup();
    cleanup.add('folder', async () => out.release());
    return startLocalAws(asked, out, cleanup, { onEvent: (text) => void events.push(JSON.parse(text) as BusEvent) });
  };
  const client = <Client extends { destroy(): void }>(
    aws: LocalAws,
    service: string,
    make: (settings: {
      endpoint: string;
      region: string;
      credentials: { accessKeyId: string; secretAccessKey: string };
    }) => Client,
  ): Client => {
    const made = make({
      endpoint: aws.environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'local' },
    });
    cleanup.add('client', async () => made.destroy());
    return made;
  };
  const approve = async (aws: LocalAws): Promise<void> => {
    const sageMaker = client(aws, 'SAGEMAKER', (settings) => new SageMakerClient(settings));
    await sageMaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'factory' }));
    await sageMaker.send(new UpdateModelPackageCommand({ ModelPackageArn: arn, ModelApprovalStatus: 'Approved' }));
  };

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'local-aws-'));
    out = prepareOutDirectory(path.join(parent, 'run'));
    mkdirSync(out.assembly);
    events = [];
  });
  afterEach(async () => {
    expect(await cleanup.run()).toEqual([]);
    rmSync(parent, { recursive: true, force: true });
  });

  test('goes from the approval of a model over a rule to a state machine and a topic', async () => {
    const aws = await start();
    await approve(aws);
    await aws.bus.idle();
    expect(readFileSync(path.join(out.logs, 'notifications.log'), 'utf8')).toBe(`approved\n${arn}\n\n`);
    expect(events.map(({ type }) => type)).toEqual(['put', 'put', 'started', 'ended']);
  });

  test('tells why what an event has started has failed', async () => {
    const aws = await start(pipeline({ Refuse: { Type: 'Fail', Error: 'NotReady', Cause: 'no capacity' } }));
    await approve(aws);
    await aws.bus.idle();
    expect(events.at(-1)).toMatchObject({ type: 'failed', reason: 'state Refuse of deploy: NotReady: no capacity' });
  });

  test('ends what events have started when it is stopped', async () => {
    const again = { Variable: '$.arn', StringEquals: arn, Next: 'Ask' };
    const states = {
      Ask: { Type: 'Wait', Seconds: 1, Next: 'IsOver' },
      IsOver: { Type: 'Choice', Choices: [again], Default: 'Done' },
      Done: { Type: 'Succeed' },
    };
    const aws = await start(pipeline(states));
    await approve(aws);
    expect(await cleanup.run()).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'failed', reason: expect.stringContaining('ABORTED') as string });
  });

  test('remembers tables and models when it is started on the same folder again', async () => {
    const before = await start();
    await approve(before);
    await before.bus.idle();
    const item = { device: { S: 'machine-7' }, sequence: { N: '12' } };
    await client(before, 'DYNAMODB', (settings) => new DynamoDBClient(settings)).send(
      new PutItemCommand({ TableName: 'states', Item: item }),
    );
    await cleanup.run();

    out = openOutDirectory(out.root);
    const after = await start();
    const found = await client(after, 'DYNAMODB', (settings) => new DynamoDBClient(settings)).send(
      new GetItemCommand({ TableName: 'states', Key: { device: { S: 'machine-7' } } }),
    );
    expect(found.Item).toEqual(item);
    const { ModelPackageSummaryList: models } = await client(
      after,
      'SAGEMAKER',
      (settings) => new SageMakerClient(settings),
    ).send(new ListModelPackagesCommand({ ModelPackageGroupName: 'factory', ModelApprovalStatus: 'Approved' }));
    expect(models).toMatchObject([{ ModelPackageArn: arn }]);
  });

  test('has the topics that the template only refers to', async () => {
    const theirs = 'arn:aws:sns:us-east-1:111111111111:operations';
    const aws = await start(pipeline({ Tell: publish({ Message: 'a', TopicArn: theirs }) }));
    await approve(aws);
    await aws.bus.idle();
    expect(events.at(-1)).toMatchObject({ type: 'ended' });
  });

  test('names an endpoint for every service that an SDK may call', async () => {
    const aws = await start();
    const names = Object.keys(aws.environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'));
    expect(names.map((name) => name.replace('AWS_ENDPOINT_URL_', '')).sort()).toEqual([
      'ATHENA',
      'DYNAMODB',
      'EVENTBRIDGE',
      'FIREHOSE',
      'KINESIS',
      'LAMBDA',
      'S3',
      'SAGEMAKER',
      'SAGEMAKER_RUNTIME',
      'SNS',
    ]);
  });
});
