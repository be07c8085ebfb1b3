import { Interrupted } from '../../../local/cli/command';
import type { Executions, ExecutionStatus } from '../../../local/on-aws/executions';
import { Progress } from '../../../local/run/progress';
import { StateProgress } from '../../../local/run/state-progress';
import { scoreOnAws } from '../../../local/score/score-on-aws';

const executionArn = 'arn:aws:states:eu-west-1:123456789012:execution:scoring:one';

function runOn(end: ExecutionStatus, signal = new AbortController().signal) {
  const started: unknown[] = [];
  const executions: Executions = {
    start: async (machine, input) => {
      started.push({ machine, input });
      return executionArn;
    },
    describe: async () => end,
    stepsAfter: async (_, after) => (after > 0 ? [] : [{ id: 1, change: 'entered', name: 'PlanScoring', type: 'Task' }]),
  };
  let shown = '';
  const terminal = { write: (text: string) => void (shown += text), isTerminal: false, columns: 80 };
  const running = scoreOnAws({
    workflowArn: 'arn:machine',
    executions,
    progress: new StateProgress(new Progress(terminal, () => 0)),
    signal,
    sleep: async () => undefined,
    now: () => Date.UTC(2026, 10, 20),
    onStart: (arn) => started.push(arn),
  });
  return { running, started, shown: () => shown };
}

describe('a scoring run on AWS', () => {
  test('is started as the schedule would, and followed to its end', async () => {
    const { running, shown, started } = runOn({
      status: 'SUCCEEDED',
      output: { plan: { status: 'nothing-to-score', reason: 'no model of plant is approved' } },
    });
    expect(await running).toEqual({ end: 'nothing-to-score', reason: 'no model of plant is approved' });
    expect(started).toEqual([{ machine: 'arn:machine', input: { scheduledTime: '2026-11-20T00:00:00.000Z' } }, executionArn]);
    expect(shown()).toContain('PlanScoring');
  });

  test('fails by the error and the cause of the execution', async () => {
    const { running } = runOn({ status: 'FAILED', error: 'ModelUnreadable', cause: 'there is no model' });
    await expect(running).rejects.toThrow(`ModelUnreadable: there is no model\nExecution  ${executionArn}`);
  });

  test('goes on when it is not followed any further', async () => {
    const { running } = runOn({ status: 'RUNNING' }, AbortSignal.abort(new Error('Ctrl-C')));
    await expect(running).rejects.toThrow(Interrupted);
    await expect(running).rejects.toThrow('the run goes on');
  });
});
