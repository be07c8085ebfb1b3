import { Interrupted } from '../../../local/cli/command';
import type { Executions, ExecutionStatus, HistoryStep } from '../../../local/on-aws/executions';
import { Progress } from '../../../local/run/progress';
import { StageError } from '../../../local/run/stage-error';
import { StateProgress } from '../../../local/run/state-progress';
import { trainOnAws } from '../../../local/train/train-on-aws';
import { answers, documentsOf } from '../training/fixtures';

const executionArn = 'arn:aws:states:eu-west-1:123456789012:execution:training:one';
const request = { due: Date.UTC(2026, 10, 20), revision: false, force: true, requestedBy: 'ada' };

/** An execution that comes further with every question. */
class ScriptedExecution implements Executions {
  readonly started: unknown[] = [];
  private asked = -1;

  constructor(
    private readonly script: readonly { readonly states: readonly [string, string][]; readonly end?: ExecutionStatus }[],
  ) {}

  async start(stateMachineArn: string, input: object): Promise<string> {
    this.started.push({ stateMachineArn, input });
    return executionArn;
  }

  async describe(): Promise<ExecutionStatus> {
    this.asked += 1;
    return this.script[this.asked]?.end ?? { status: 'RUNNING' };
  }

  async stepsAfter(_: string, after: number): Promise<readonly HistoryStep[]> {
    const all = this.script.slice(0, this.asked + 1).flatMap(({ states }) => states);
    return all
      .map(([name, type], index) => ({ id: index + 1, change: 'entered' as const, name, type }))
      .filter(({ id }) => id > after);
  }
}

function runOn(executions: Executions, signal = new AbortController().signal) {
  let shown = '';
  const progress = new StateProgress(
    new Progress({ write: (text) => void (shown += text), isTerminal: false, columns: 80 }, () => 0),
  );
  const starts: string[] = [];
  const running = trainOnAws({
    workflowArn: 'arn:machine',
    request,
    executions,
    documents: documentsOf(),
    progress,
    signal,
    sleep: async () => undefined,
    onStart: (arn) => starts.push(arn),
  });
  return { running, starts, shown: () => shown };
}

describe('a training run on AWS', () => {
  test('is started as asked for, followed state by state, and told of by its documents', async () => {
    const executions = new ScriptedExecution([
      {
        states: [
          ['CheckWindow', 'Task'],
          ['IsWindowClosed', 'Choice'],
        ],
      },
      {
        states: [
          ['WaitForTraining', 'Wait'],
          ['DescribeTrainingJob', 'Task'],
          ['WaitForTraining', 'Wait'],
        ],
      },
      {
        states: [
          ['DescribeTrainingJob', 'Task'],
          ['ModelApproved', 'Succeed'],
        ],
        end: { status: 'SUCCEEDED', output: answers },
      },
    ]);
    const { running, shown, starts } = runOn(executions);
    await expect(running).resolves.toMatchObject({
      end: 'approved',
      job: { model: 's3://lake/models/job-2/output/model.tar.gz' },
    });
    expect(executions.started).toEqual([
      {
        stateMachineArn: 'arn:machine',
        input: { scheduledTime: '2026-11-20T00:00:00.000Z', force: true, requestedBy: 'ada' },
      },
    ]);
    expect(starts).toEqual([executionArn]);
    expect(shown().match(/✓ \w+/g)).toEqual(['✓ CheckWindow', '✓ WaitForTraining', '✓ DescribeTrainingJob', '✓ ModelApproved']);
  });

  test('that fails says why, and which execution it was', async () => {
    const end = { status: 'FAILED', error: 'TrainingFailed', cause: 'ClientError: no rows' } as const;
    const { running, shown } = runOn(new ScriptedExecution([{ states: [['RunFailed', 'Fail']], end }]));
    await expect(running).rejects.toThrow(StageError);
    await expect(running).rejects.toThrow(`TrainingFailed: ClientError: no rows\nExecution  ${executionArn}`);
    expect(shown()).toContain('✗ RunFailed');
  });

  test('goes on when it is not followed any further, and the message says so', async () => {
    const stop = new AbortController();
    stop.abort(new Interrupted('stop'));
    const { running } = runOn(new ScriptedExecution([{ states: [['CheckWindow', 'Task']] }]), stop.signal);
    await expect(running).rejects.toThrow(Interrupted);
    await expect(running).rejects.toThrow(/the run goes on.*\n.*stop-execution --execution-arn arn:aws:states/);
  });
});
