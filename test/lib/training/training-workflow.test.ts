import { StateMachine } from 'aws-local-stepfunctions';
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
  trainingSet: { train: 's3://lake/train/', validation: 's3://lake/validation/' },
  statements: { train: 'UNLOAD train', validation: 'UNLOAD validation' },
  manifestUri: 's3://lake/manifest.json',
};

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
  async function run(answers: { readonly plan: JsonValue; readonly statuses: readonly string[] }) {
    const calls: [string, JsonValue][] = [];
    const statuses = [...answers.statuses];
    const answer = (name: string, reply: () => JsonValue) => (input: JsonValue) => {
      calls.push([name, input]);
      return Promise.resolve(reply());
    };
    const machine = new StateMachine(definition, { validationOptions: { checkArn: false } });
    const execution = machine.run(
      { scheduledTime: '2026-11-20T00:00:00Z' },
      {
        overrides: {
          taskResourceLocalHandlers: {
            PlanTraining: answer('PlanTraining', () => answers.plan),
            UnloadTrain: answer('UnloadTrain', () => ({ QueryExecution: {} })),
            UnloadValidation: answer('UnloadValidation', () => ({ QueryExecution: {} })),
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
            RecordModel: answer('RecordModel', () => ({ status: 'recorded' })),
          },
          waitTimeOverrides: { WaitForTraining: 0 },
        },
        context: { Execution: { Name: 'execution-1' } },
      },
    );
    const ended = await execution.result.then(
      () => 'succeeded',
      (error: unknown) => (error as Error).name + ': ' + (error as Error).message,
    );
    return { calls, ended };
  }

  it('plans, builds both channels, trains, waits as long as it takes, and records the model', async () => {
    const { calls, ended } = await run({ plan, statuses: ['InProgress', 'Stopping', 'Completed'] });
    expect(ended).toBe('succeeded');
    const names = calls.map(([name]) => name);
    expect(names.slice(1, 3).sort()).toEqual(['UnloadTrain', 'UnloadValidation']);
    expect([names[0], ...names.slice(3)]).toEqual([
      'PlanTraining',
      'StartTraining',
      'DescribeTrainingJob',
      'DescribeTrainingJob',
      'DescribeTrainingJob',
      'RecordModel',
    ]);
    const inputs = Object.fromEntries(calls);
    expect(inputs['PlanTraining']).toEqual({ scheduledTime: '2026-11-20T00:00:00Z', executionName: 'execution-1' });
    expect(inputs['UnloadTrain']).toMatchObject({ QueryString: 'UNLOAD train' });
    expect(inputs['UnloadValidation']).toMatchObject({ QueryString: 'UNLOAD validation' });
    expect(inputs['StartTraining']).toEqual(plan);
    expect(inputs['DescribeTrainingJob']).toEqual({ TrainingJobName: plan.jobName });
    expect(inputs['RecordModel']).toEqual({ jobName: plan.jobName, plan, rows: { train: 8, validation: 2 } });
  });

  it('ends well, and does nothing more, when there is nothing to train on', async () => {
    const { calls, ended } = await run({ plan: { status: 'nothing-to-train', reason: 'too few rows' }, statuses: [] });
    expect(ended).toBe('succeeded');
    expect(calls.map(([name]) => name)).toEqual(['PlanTraining']);
  });

  it.each(['Failed', 'Stopped'])('records a job that ended as %s, and then fails', async (status) => {
    const { calls, ended } = await run({ plan, statuses: [status] });
    expect(calls.at(-1)?.[0]).toBe('RecordModel');
    expect(ended).toContain('The training job failed or was stopped.');
  });

  it('fails on a plan that it does not understand', async () => {
    const { ended } = await run({ plan: { status: 'perhaps' }, statuses: [] });
    expect(ended).toContain('neither ready nor nothing-to-train');
  });

  it('waits as configured, and gives up in the end', () => {
    expect(definition).toMatchObject({
      TimeoutSeconds: 7_200 + 2 * 3_600,
      States: { WaitForTraining: { Type: 'Wait', Seconds: 30 } },
    });
  });
});
