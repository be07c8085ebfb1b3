import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateMachine } from 'aws-local-stepfunctions';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { outcomeMessages, type OutcomeMessage } from '../../../lib/training/outcome-messages';
import { providePromiseWithResolvers } from '../../../local/aws/step-functions/promise-with-resolvers';
import { buildFixture, onlyOne } from '../build-fixture';
import { readable } from '../policy';

// The interpreter calls it; Node.js 20 lacks it.
providePromiseWithResolvers();

type JsonValue = Parameters<StateMachine['run']>[0];

const plan = {
  status: 'ready',
  jobName: 'iot-to-model-dev-fixture-1',
  window: { start: 0, end: 1 },
  examples: 's3://lake/examples/',
  trainingSet: { train: 's3://lake/examples/split=train/', validation: 's3://lake/examples/split=validation/' },
  statement: 'UNLOAD examples',
  manifestUri: 's3://lake/manifest.json',
};

const record = {
  jobName: plan.jobName,
  rows: { train: 8, validation: 2 },
  objective: { metric: 'validation:rmse', value: 0.5 },
  modelUri: 's3://lake/models/model.tar.gz',
  manifestUri: plan.manifestUri,
  failureReason: 'AlgorithmError: no',
};

/** The steps that publish. */
const messages = ['TellOfModel', 'TellOfNothing', 'TellOfFailure'];

describe('the training workflow, interpreted', () => {
  const { training } = buildFixture();
  const { DefinitionString } = onlyOne(training, 'AWS::StepFunctions::StateMachine') as { DefinitionString: unknown };
  const text = readable(DefinitionString);
  // Places stand for functions: the interpreter wants an ARN where the template has a reference.
  const definition = JSON.parse(
    text.replace(
      /\$\{(\w+)TrainingFunction\w+\.Arn\}|\$\{(RecordModel)Function\w+\.Arn\}/g,
      'arn:aws:lambda:eu-west-1:123456789012:function:$1$2',
    ),
  ) as ConstructorParameters<typeof StateMachine>[0];

  /** Runs the workflow with these answers and returns what was called with what, and how it ended. */
  async function run(answers: {
    readonly plan: JsonValue;
    readonly statuses: readonly string[];
    /** Steps that throw, by name. */
    readonly failing?: Readonly<Record<string, Error>>;
  }) {
    const calls: [string, JsonValue][] = [];
    const statuses = [...answers.statuses];
    const answer = (name: string, reply: () => JsonValue) => (input: JsonValue) => {
      calls.push([name, input]);
      const failure = answers.failing?.[name];
      return failure === undefined ? Promise.resolve(reply()) : Promise.reject(failure);
    };
    const machine = new StateMachine(definition, { validationOptions: { checkArn: false } });
    const execution = machine.run(
      { scheduledTime: '2026-11-20T00:00:00Z' },
      {
        overrides: {
          taskResourceLocalHandlers: {
            PlanTraining: answer('PlanTraining', () => answers.plan),
            BuildTrainingSet: answer('BuildTrainingSet', () => ({ QueryExecution: {} })),
            StartTraining: answer('StartTraining', () => ({
              jobName: plan.jobName,
              started: true,
              rows: { train: 8, validation: 2 },
            })),
            DescribeTrainingJob: answer('DescribeTrainingJob', () => ({
              TrainingJobName: plan.jobName,
              TrainingJobStatus: statuses.shift() ?? 'none left',
              SecondaryStatus: 'any',
            })),
            RecordModel: answer('RecordModel', () => record),
            ...Object.fromEntries(messages.map((name) => [name, answer(name, () => ({ MessageId: 'id' }))])),
          },
          waitTimeOverrides: { WaitForTraining: 0 },
          retryIntervalOverrides: Object.fromEntries(
            ['StartTraining', 'DescribeTrainingJob', ...messages].map((name) => [name, 0]),
          ),
        },
        context: { Execution: { Name: 'execution-1', Id: 'arn:of:the:execution' } },
      },
    );
    const ended = await execution.result.then(
      () => 'succeeded',
      (error: unknown) => {
        const { name, message } = (error as Error).cause instanceof Error ? ((error as Error).cause as Error) : (error as Error);
        return `${name}: ${message}`;
      },
    );
    const told = calls.filter(([name]) => messages.includes(name)).map(([, input]) => input as Record<string, JsonValue>);
    const steps = calls.map(([name]) => name).filter((name) => !messages.includes(name));
    return { calls, ended, told, steps };
  }

  it('plans, builds the training set, trains, waits as long as it takes, records the model, and tells of it', async () => {
    const { calls, ended, steps, told } = await run({ plan, statuses: ['InProgress', 'Stopping', 'Completed'] });
    expect(ended).toBe('succeeded');
    expect(steps).toEqual([
      'PlanTraining',
      'BuildTrainingSet',
      'StartTraining',
      'DescribeTrainingJob',
      'DescribeTrainingJob',
      'DescribeTrainingJob',
      'RecordModel',
    ]);
    const inputs = Object.fromEntries(calls);
    expect(inputs['PlanTraining']).toEqual({ scheduledTime: '2026-11-20T00:00:00Z', executionName: 'execution-1' });
    expect(inputs['BuildTrainingSet']).toMatchObject({ QueryString: 'UNLOAD examples' });
    expect(inputs['StartTraining']).toEqual(plan);
    expect(inputs['DescribeTrainingJob']).toEqual({ TrainingJobName: plan.jobName });
    expect(inputs['RecordModel']).toEqual({
      jobName: plan.jobName,
      plan,
      rows: { train: 8, validation: 2 },
      started: true,
    });
    expect(told).toEqual([
      {
        TopicArn: expect.stringContaining('Notifications') as string,
        Subject: 'iot-to-model-dev-fixture: model trained',
        Message:
          'Model iot-to-model-dev-fixture-1 is trained on 8 rows and validated on 2: validation:rmse is 0.5. ' +
          'Model: s3://lake/models/model.tar.gz Inputs: s3://lake/manifest.json Execution: arn:of:the:execution',
      },
    ]);
  });

  it('ends well, and only tells of it, when there is nothing to train on', async () => {
    const { ended, steps, told } = await run({ plan: { status: 'nothing-to-train', reason: 'too few rows' }, statuses: [] });
    expect(ended).toBe('succeeded');
    expect(steps).toEqual(['PlanTraining']);
    expect(told).toMatchObject([
      {
        Subject: 'iot-to-model-dev-fixture: nothing to train',
        Message: expect.stringContaining('too few rows') as string,
      },
    ]);
  });

  it.each(['Failed', 'Stopped'])('records a job that ended as %s, tells why, and then fails', async (status) => {
    const { ended, steps, told } = await run({ plan, statuses: [status] });
    expect(steps.at(-1)).toBe('RecordModel');
    expect(ended).toBe('TrainingFailed: AlgorithmError: no');
    expect(told).toMatchObject([
      {
        Subject: 'iot-to-model-dev-fixture: training failed',
        Message: expect.stringMatching(
          /TrainingFailed: AlgorithmError: no .*arn:of:the:execution .*: docs\/runbook\.md#training-failed$/,
        ) as string,
      },
    ]);
  });

  it('tells of a plan that it does not understand, and fails', async () => {
    const { ended, told } = await run({ plan: { status: 'perhaps' }, statuses: [] });
    expect(ended).toContain('neither ready nor nothing-to-train');
    expect(told).toHaveLength(1);
  });

  it.each(['PlanTraining', 'BuildTrainingSet', 'StartTraining', 'DescribeTrainingJob', 'RecordModel'])(
    'tells of the error by which %s fails, and fails by it',
    async (step) => {
      const failing = { [step]: Object.assign(new Error('what is wrong'), { name: 'SomeError' }) };
      const { ended, told } = await run({ plan, statuses: ['Completed'], failing });
      expect(ended).toBe('SomeError: what is wrong');
      expect(told).toMatchObject([{ Message: expect.stringContaining('SomeError: what is wrong') as string }]);
    },
  );

  it('tells what a function said, without its stack', async () => {
    const cause = JSON.stringify({ errorType: 'TrainingSetEmpty', errorMessage: 'no rows: "sorry"', trace: ['at …'] });
    const failing = { StartTraining: Object.assign(new Error(cause), { name: 'TrainingSetEmpty' }) };
    const { ended, told } = await run({ plan, statuses: [], failing });
    expect(ended).toBe('TrainingSetEmpty: no rows: "sorry"');
    expect(told).toMatchObject([{ Message: expect.stringContaining('TrainingSetEmpty: no rows: "sorry" The next') as string }]);
  });

  it.each([
    [{ plan, statuses: ['Completed'] }, 'TellOfModel', 'succeeded'],
    [{ plan, statuses: ['Failed'] }, 'TellOfFailure', 'TrainingFailed: AlgorithmError: no'],
  ])('ends as it would have when nobody can be told', async (answers, step, end) => {
    const { ended, told } = await run({ ...answers, failing: { [step]: new Error('no topic') } });
    expect(ended).toBe(end);
    expect(told).toHaveLength(6);
  });

  it('tries again what passes', async () => {
    const throttled = Object.assign(new Error('slowly'), { name: 'ThrottlingException' });
    const { steps } = await run({ plan, statuses: [], failing: { StartTraining: throttled } });
    expect(steps.filter((name) => name === 'StartTraining')).toHaveLength(6);
  });

  it('names only sections that the runbook has', () => {
    const runbook = readFileSync(join(projectRoot, 'docs/runbook.md'), 'utf8');
    const sections = Object.values<OutcomeMessage>(outcomeMessages).flatMap(({ section }) => section ?? []);
    expect(sections).not.toEqual([]);
    expect(sections.filter((section) => !runbook.includes(`\n### ${section}\n`))).toEqual([]);
  });

  it('names a runbook whose address has characters of the format', () => {
    const { training: other } = buildFixture({ settings: { monitoring: { runbookUrl: "https://wiki/{it's}" } } });
    const { DefinitionString: changed } = onlyOne(other, 'AWS::StepFunctions::StateMachine') as { DefinitionString: unknown };
    expect(readable(changed)).toContain('What to do: https://wiki/%7Bit%27s%7D#training-failed');
  });

  it('waits as configured, and gives up in the end', () => {
    expect(definition).toMatchObject({
      TimeoutSeconds: 7_200 + 2 * 3_600,
      States: { WaitForTraining: { Type: 'Wait', Seconds: 30 } },
    });
  });
});
