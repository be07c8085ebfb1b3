import { providePromiseWithResolvers } from '../../../../local/aws/step-functions/promise-with-resolvers';
import { runStateMachine, type Execution, type StateMachineRun } from '../../../../local/aws/step-functions/run-state-machine';
import { TaskError, type TaskHandler } from '../../../../local/aws/step-functions/task-handler';

const echo = 'arn:aws:states:::lambda:invoke';
const startTime = new Date('2026-01-02T03:04:05.678Z');

/** Runs states in a row, unless they say otherwise, with one handler for every Task state. */
function run(
  states: Record<string, Record<string, unknown>>,
  input: unknown,
  handler: TaskHandler = async (value) => value,
  more: Partial<StateMachineRun> = {},
): Promise<Execution> {
  return runStateMachine({
    definition: { StartAt: Object.keys(states)[0], States: states },
    name: 'training',
    input,
    executionName: 'run-1',
    startTime,
    resources: (resource) => (resource === echo ? handler : undefined),
    waitMs: () => 0,
    ...more,
  });
}

const task = (more: Record<string, unknown> = {}): Record<string, unknown> => ({ Type: 'Task', Resource: echo, ...more });
const names = (execution: Execution): string[] => execution.history.map(({ state }) => state);

describe('a state machine', () => {
  test('runs tasks with parameters, result selector and result path', async () => {
    const execution = await run(
      {
        Plan: task({
          Parameters: { 'window.$': '$.window', fixed: 1 },
          ResultSelector: { 'asked.$': '$.window' },
          ResultPath: '$.plan',
          Next: 'Done',
        }),
        Done: { Type: 'Succeed' },
      },
      { window: 'w', keep: true },
    );
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { window: 'w', keep: true, plan: { asked: 'w' } } });
    expect(names(execution)).toEqual(['Plan', 'Done']);
    for (const { enteredMs, exitedMs } of execution.history) {
      expect(exitedMs).toBeGreaterThanOrEqual(enteredMs);
    }
  });

  test('gives the context object of the execution, in branches too', async () => {
    const context = {
      'name.$': '$$.Execution.Name',
      'start.$': '$$.Execution.StartTime',
      'first.$': '$$.Execution.Input.x',
      'id.$': '$$.Execution.Id',
      'machine.$': '$$.StateMachine.Name',
      'text.$': "States.Format('{} at {}', $$.Execution.Name, $$.Execution.StartTime)",
    };
    const { output } = await run(
      {
        Both: {
          Type: 'Parallel',
          End: true,
          Branches: [
            { StartAt: 'Left', States: { Left: { Type: 'Pass', Parameters: context, End: true } } },
            { StartAt: 'Right', States: { Right: { Type: 'Pass', Parameters: {}, Result: { a: 1 }, End: true } } },
          ],
        },
      },
      { x: 7 },
    );
    expect(output).toEqual([
      {
        name: 'run-1',
        start: '2026-01-02T03:04:05.678Z',
        first: 7,
        id: 'arn:aws:states:us-east-1:000000000000:execution:training:run-1',
        machine: 'training',
        text: 'run-1 at 2026-01-02T03:04:05.678Z',
      },
      { a: 1 },
    ]);
  });

  test('maps over items with its own task in every iteration', async () => {
    const { output, history } = await run(
      {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemSelector: { 'item.$': '$$.Map.Item.Value', 'run.$': '$$.Execution.Name' },
          ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'One', States: { One: task({ End: true }) } },
          End: true,
        },
      },
      { items: [1, 2, 3] },
    );
    expect(output).toEqual([1, 2, 3].map((item) => ({ item, run: 'run-1' })));
    expect(history.filter(({ state }) => state === 'One')).toHaveLength(3);
  });

  test('chooses by presence, null and text, for every item of a map', async () => {
    const choose = {
      Type: 'Choice',
      Choices: [
        { Variable: '$.job', IsPresent: false, Next: 'Absent' },
        { Not: { Variable: '$.job', IsNull: false }, Next: 'Null' },
        {
          And: [
            { Variable: '$.status', IsPresent: true },
            { Variable: '$.status', StringEquals: 'Completed' },
          ],
          Next: 'Completed',
        },
      ],
      Default: 'Other',
    };
    const answers = ['Absent', 'Null', 'Completed', 'Other'].map((name) => [name, { Type: 'Pass', Result: name, End: true }]);
    const States = { Choose: choose, ...(Object.fromEntries(answers) as Record<string, unknown>) };
    const { output } = await run({ Each: { Type: 'Map', ItemProcessor: { StartAt: 'Choose', States }, End: true } }, [
      {},
      { job: null },
      { job: 'j', status: 'Completed' },
      { job: 'j', status: 'InProgress' },
    ]);
    expect(output).toEqual(['Absent', 'Null', 'Completed', 'Other']);
  });

  test('retries by the name of the error, and shortens the time in between', async () => {
    const asked: number[] = [];
    let calls = 0;
    const execution = await run(
      {
        Start: task({
          Retry: [
            { ErrorEquals: ['Other'], IntervalSeconds: 99 },
            { ErrorEquals: ['ResourceLimitExceeded'], IntervalSeconds: 60, MaxAttempts: 5, BackoffRate: 2 },
          ],
          End: true,
        }),
      },
      {},
      async () => {
        calls += 1;
        if (calls < 4) {
          throw new TaskError('ResourceLimitExceeded', 'no capacity');
        }
        return 'started';
      },
      { waitMs: (seconds) => (asked.push(seconds), 0) },
    );
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: 'started' });
    expect(execution.history).toMatchObject([{ state: 'Start', retries: 3 }]);
    expect(asked).toEqual([99, 60]);
  });

  test('catches an error by name and keeps error and cause', async () => {
    const { output } = await run(
      {
        Start: task({ Catch: [{ ErrorEquals: ['TooFewRows'], ResultPath: '$.error', Next: 'Skip' }], End: true }),
        Skip: { Type: 'Pass', End: true },
      },
      { window: 'w' },
      async () => {
        throw new TaskError('TooFewRows', '{"errorMessage":"3 rows"}');
      },
    );
    expect(output).toEqual({ window: 'w', error: { Error: 'TooFewRows', Cause: '{"errorMessage":"3 rows"}' } });
  });

  test('fails with the error and the cause of the task', async () => {
    const execution = await run({ Start: task({ End: true }) }, {}, async () => {
      throw new TaskError('Broken', 'why');
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'why' });
    expect(names(execution)).toEqual(['Start']);
  });

  test('fails with the error and the cause of a Fail state', async () => {
    const execution = await run({ No: { Type: 'Fail', Error: 'NotReady', Cause: 'the window is open' } }, {});
    expect(execution).toMatchObject({ status: 'FAILED', error: 'NotReady', cause: 'the window is open' });
  });

  test('fails with the error that was caught, and says which state it came from', async () => {
    const failed = { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' };
    const execution = await run(
      {
        Start: task({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Failed' }], Next: 'Failed' }),
        Failed: failed,
      },
      {},
      async () => {
        throw new TaskError('TooFewRows', '3 rows');
      },
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TooFewRows', cause: '3 rows' });
    expect(execution.history[0]).toMatchObject({ state: 'Start', error: 'TooFewRows' });
  });

  test('polls in a loop through a shortened wait', async () => {
    let calls = 0;
    const execution = await run(
      {
        Describe: task({ Next: 'Ended' }),
        Ended: {
          Type: 'Choice',
          Choices: [{ Variable: '$.status', StringEquals: 'Completed', Next: 'Done' }],
          Default: 'Wait',
        },
        Wait: { Type: 'Wait', Seconds: 3600, Next: 'Describe' },
        Done: { Type: 'Succeed' },
      },
      {},
      async () => ({ status: ++calls < 3 ? 'InProgress' : 'Completed' }),
    );
    expect(execution.output).toEqual({ status: 'Completed' });
    expect(names(execution).filter((name) => name === 'Wait')).toHaveLength(2);
  });

  test('replaces the input when the result path is the whole, and takes false for a result', async () => {
    const { output } = await run({ A: { Type: 'Pass', Result: false, ResultPath: '$', End: true } }, { x: 1 });
    expect(output).toBe(false);
  });

  test('aborts: the task is told, and the execution says so', async () => {
    const stop = new AbortController();
    const told: unknown[] = [];
    const execution = await run(
      { Start: task({ End: true }) },
      {},
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told.push(signal.reason);
            reject(new Error('stopped'));
          });
          stop.abort('Ctrl-C');
        }),
      { signal: stop.signal },
    );
    expect(execution.status).toBe('ABORTED');
    expect(told).toEqual(['Ctrl-C']);
  });

  test('ends a task whose time is over with States.Timeout', async () => {
    const signals: AbortSignal[] = [];
    const execution = await run({ Slow: task({ TimeoutSeconds: 1, End: true }) }, {}, (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(signals[0]?.aborted).toBe(true);
  });

  test('reports what happens to states as it happens', async () => {
    const seen: string[] = [];
    await run({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } }, {}, undefined, {
      onState: ({ type, state }) => seen.push(`${type} ${state}`),
    });
    expect(seen).toEqual(['entered A', 'exited A', 'entered B', 'exited B']);
  });
});

describe('a definition that cannot run here', () => {
  const refused = async (states: Record<string, Record<string, unknown>>): Promise<string> => {
    const handler = jest.fn(async () => 'called');
    const error: unknown = await run(states, {}, handler).catch((reason: unknown) => reason);
    expect(handler).not.toHaveBeenCalled();
    expect(error).toMatchObject({ code: 'InvalidDefinition' });
    return (error as Error).message;
  };

  test('names every state with what is not supported in it', async () => {
    const message = await refused({
      Beat: task({ HeartbeatSeconds: 5, Next: 'Later' }),
      Later: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        Next: 'Text',
      },
      Text: { Type: 'Pass', Parameters: { 'x.$': 'States.JsonToString($.a)' }, Next: 'When' },
      When: { Type: 'Pass', Parameters: { 'x.$': '$$.State.EnteredTime' }, Next: 'Notify' },
      Notify: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true },
    });
    for (const problem of [
      'state Beat: field HeartbeatSeconds is not supported',
      'state Later: a distributed map is not supported',
      'state Text: States.JsonToString is not supported',
      'state When: $$.State.EnteredTime is not supported',
      'state Notify: resource arn:aws:states:::sns:publish is not supported',
    ]) {
      expect(message).toContain(problem);
    }
  });

  test('is refused when it is not valid at all', async () => {
    expect(await refused({ Lost: { Type: 'Pass', Next: 'Nowhere' } })).toContain('definition is invalid');
  });
});

test('Promise.withResolvers settles its promise, and an existing one is kept', async () => {
  class Own<T> extends Promise<T> {}
  type Resolvers<T> = { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void };
  const target = Own as unknown as Parameters<typeof providePromiseWithResolvers>[0] & {
    withResolvers: <T>() => Resolvers<T>;
  };
  providePromiseWithResolvers(target);
  const provided = target.withResolvers;
  providePromiseWithResolvers(target);
  expect(target.withResolvers).toBe(provided);
  const [one, two] = [target.withResolvers<number>(), target.withResolvers<number>()];
  one.resolve(1);
  two.reject(new Error('no'));
  await expect(one.promise).resolves.toBe(1);
  await expect(two.promise).rejects.toThrow('no');
});
