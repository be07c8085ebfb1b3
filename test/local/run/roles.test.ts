import { scheduledWorkflow } from '../../../local/run/roles';
import { StageError } from '../../../local/run/stage-error';
import type { Pipeline, PipelineFunction, PipelineSchedule, PipelineStateMachine } from '../../../local/template/pipeline';
import { readPipeline } from '../../../local/template/read-pipeline';
import { assemblyOf } from '../template/assembly-fixture';

const functionOf = (name: string, ...variables: readonly string[]): PipelineFunction => ({
  name,
  arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
  assetDirectory: '/code',
  handler: 'index.handler',
  timeoutSeconds: 60,
  memoryMiB: 128,
  environment: Object.fromEntries(variables.map((variable) => [variable, 'x'])),
});
const start = functionOf('a', 'DOMAIN', 'TRAINING_IMAGE');
const score = functionOf('b', 'DOMAIN', 'PREDICTION_PREFIX');
const machineOf = (name: string, States: Record<string, unknown>): PipelineStateMachine => ({
  name,
  arn: `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`,
  definition: { StartAt: 'A', States },
});
const trains = machineOf('one', { A: { Type: 'Task', Resource: start.arn, End: true } });
const scores = machineOf('two', {
  A: {
    Type: 'Map',
    ItemProcessor: {
      StartAt: 'B',
      States: {
        B: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: score.arn }, End: true },
      },
    },
    End: true,
  },
});
const scheduleOf = (name: string, { arn }: PipelineStateMachine): PipelineSchedule => ({
  name,
  arn: `arn:schedule:${name}`,
  stateMachineArn: arn,
  input: '{}',
  expression: 'rate(1 day)',
  enabled: true,
});
const pipeline = (change: Partial<Pipeline>): Pipeline => ({
  ...readPipeline(assemblyOf({})),
  functions: [start, score],
  ...change,
});

describe('the state machine of a part', () => {
  const both = pipeline({
    stateMachines: [scores, trains],
    schedules: [scheduleOf('nightly', scores), scheduleOf('daily', trains)],
  });

  test('is the one that calls a function which has what no other function needs, however deep in it', () => {
    expect(scheduledWorkflow(both, 'training', 'TRAINING_IMAGE')).toMatchObject({
      machine: { name: 'one' },
      schedule: { name: 'daily' },
    });
    expect(scheduledWorkflow(both, 'scoring', 'PREDICTION_PREFIX')).toMatchObject({
      machine: { name: 'two' },
      schedule: { name: 'nightly' },
    });
  });

  test('must be there, and have one schedule', () => {
    expect(() => scheduledWorkflow(both, 'judging', 'METRICS_PREFIX')).toThrow(StageError);
    expect(() => scheduledWorkflow(both, 'judging', 'METRICS_PREFIX')).toThrow(
      'the template has 0 schedules of a state machine that calls a function with the environment variable METRICS_PREFIX; the judging needs exactly one',
    );
    const twice = pipeline({ stateMachines: [trains], schedules: [scheduleOf('daily', trains), scheduleOf('weekly', trains)] });
    expect(() => scheduledWorkflow(twice, 'training', 'TRAINING_IMAGE')).toThrow('exactly one, not daily and weekly');
    const never = pipeline({ stateMachines: [trains] });
    expect(() => scheduledWorkflow(never, 'training', 'TRAINING_IMAGE')).toThrow('the template has 0 schedules');
  });
});
