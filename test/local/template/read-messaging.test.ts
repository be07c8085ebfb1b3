import type { RawResource } from '../../../local/template/assembly';
import type { Pipeline } from '../../../local/template/pipeline';
import { readPipeline } from '../../../local/template/read-pipeline';
import { assemblyOf, withAssembly } from './assembly-fixture';

const resource = (Type: string, Properties: Record<string, unknown> = {}): RawResource => ({ Type, Properties });
const read = (Resources: Record<string, RawResource>): Pipeline => readPipeline(assemblyOf({ One: { Resources } }));
const reasons = ({ ignored }: Pipeline): unknown => ignored.map(({ logicalId, reason }) => [logicalId, reason]);

const machine = resource('AWS::StepFunctions::StateMachine', {
  StateMachineName: 'score',
  DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
});
const machineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:score';
const rule = (properties: Record<string, unknown> = {}): RawResource =>
  resource('AWS::Events::Rule', {
    EventPattern: { source: ['aws.sagemaker'], detail: { ModelPackageGroupName: [{ Ref: 'AWS::Region' }] } },
    State: 'ENABLED',
    Targets: [{ Id: 'Target0', Arn: { Ref: 'Machine' }, RoleArn: 'arn:role' }],
    ...properties,
  });
const target = (more: Record<string, unknown>): Record<string, unknown> => ({
  Targets: [{ Id: 'Target0', Arn: { Ref: 'Machine' }, ...more }],
});

describe('topics and groups of models', () => {
  test('have their names and ARNs', () => {
    const { topics, modelPackageGroups, ignored } = read({
      Alerts: resource('AWS::SNS::Topic', { TopicName: 'alerts' }),
      Models: resource('AWS::SageMaker::ModelPackageGroup', {
        ModelPackageGroupName: 'factory',
        ModelPackageGroupDescription: 'Fails within a day',
      }),
      Others: resource('AWS::SageMaker::ModelPackageGroup'),
    });
    expect(topics).toEqual([{ name: 'alerts', arn: 'arn:aws:sns:us-east-1:000000000000:alerts' }]);
    const prefix = 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group';
    expect(modelPackageGroups).toEqual([
      { name: 'factory', arn: `${prefix}/factory`, description: 'Fails within a day' },
      { name: 'One-Others', arn: `${prefix}/One-Others` },
    ]);
    expect(ignored).toEqual([]);
  });

  test('a FIFO topic is listed with the reason', () => {
    const pipeline = read({ Orders: resource('AWS::SNS::Topic', { TopicName: 'orders.fifo', FifoTopic: true }) });
    expect(pipeline.topics).toEqual([]);
    expect(reasons(pipeline)).toEqual([['Orders', 'it is a FIFO topic']]);
  });
});

describe('a rule', () => {
  test('has its pattern and what it calls, every reference resolved', () => {
    const { eventRules, ignored } = read({ Machine: machine, Approved: rule() });
    expect(eventRules).toEqual([
      {
        name: 'One-Approved',
        arn: 'arn:aws:events:us-east-1:000000000000:rule/One-Approved',
        pattern: { source: ['aws.sagemaker'], detail: { ModelPackageGroupName: ['us-east-1'] } },
        targets: [{ kind: 'state-machine', arn: machineArn, input: {} }],
      },
    ]);
    expect(ignored).toEqual([]);
  });

  test('calls functions, too', () => {
    const Resources = {
      Deploy: resource('AWS::Lambda::Function', {
        Code: { S3Bucket: 'b', S3Key: 'code-us-east-1.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
      }),
      Approved: rule({ Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Deploy', 'Arn'] } }] }),
    };
    withAssembly({ Resources }, (assembly) => {
      const arn = 'arn:aws:lambda:us-east-1:000000000000:function:One-Deploy';
      expect(readPipeline(assembly).eventRules).toMatchObject([{ targets: [{ kind: 'function', arn, input: {} }] }]);
    });
  });

  test.each<[string, Record<string, unknown>, object]>([
    ['a constant', { Input: '{"a":1}' }, { constant: '{"a":1}' }],
    ['a part of the event', { InputPath: '$.detail' }, { path: '$.detail' }],
    [
      'a template',
      { InputTransformer: { InputPathsMap: { arn: '$.detail.ModelPackageArn' }, InputTemplate: '{"model":<arn>}' } },
      { transformer: { paths: { arn: '$.detail.ModelPackageArn' }, template: '{"model":<arn>}' } },
    ],
  ])('passes on %s', (_, more, input) => {
    expect(read({ Machine: machine, Approved: rule(target(more)) }).eventRules[0]?.targets).toMatchObject([{ input }]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a schedule', { EventPattern: undefined, ScheduleExpression: 'rate(1 day)' }, 'it is a schedule, not a pattern of events'],
    ['of another bus', { EventBusName: 'orders' }, 'it is a rule of the event bus orders'],
    ['that is switched off', { State: 'DISABLED' }, 'it is disabled'],
    ['without targets', { Targets: undefined }, 'it has no targets'],
    [
      'that calls something else',
      { Targets: [{ Id: 'q', Arn: 'arn:aws:sqs:us-east-1:000000000000:q' }] },
      'its target arn:aws:sqs:us-east-1:000000000000:q is neither a function nor a state machine of the template',
    ],
  ])('%s is listed with the reason', (_, properties, reason) => {
    const pipeline = read({ Machine: machine, Approved: rule(properties) });
    expect(pipeline.eventRules).toEqual([]);
    expect(reasons(pipeline)).toEqual([['Approved', reason]]);
  });

  test('that calls something else as well is kept, and that is listed', () => {
    const pipeline = read({
      Machine: machine,
      Approved: rule({
        Targets: [
          { Id: 'a', Arn: { Ref: 'Machine' } },
          { Id: 'b', Arn: 'arn:aws:sqs:q' },
        ],
      }),
    });
    expect(pipeline.eventRules[0]?.targets).toHaveLength(1);
    expect(reasons(pipeline)).toEqual([
      ['Approved', 'its target arn:aws:sqs:q is neither a function nor a state machine of the template'],
    ]);
  });

  test.each<[Record<string, unknown>, string]>([
    [
      { EventPattern: { source: [{ wildcard: 'a*' }] } },
      'One/Approved.EventPattern: source: the comparison wildcard is not supported',
    ],
    [target({ InputPath: '$.resources[0]' }), 'One/Approved.Targets.0: the path $.resources[0] is not supported'],
    [target({ Input: 'text' }), "the target's input is no JSON: text"],
  ])('that asks for what is not supported stops the run: %j', (properties, message) => {
    expect(() => read({ Machine: machine, Approved: rule(properties) })).toThrow(message);
  });
});
