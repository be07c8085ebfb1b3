import { runStateMachine, type Execution, type StateMachineRun } from '../../../../local/aws/step-functions/run-state-machine';
import { TaskError, type TaskHandler } from '../../../../local/aws/step-functions/task-handler';

const resource = 'arn:aws:states:::lambda:invoke';

function run(
  states: Record<string, Record<string, unknown>>,
  input: unknown,
  handler: TaskHandler,
  more: Partial<StateMachineRun> = {},
): Promise<Execution> {
  return runStateMachine({
    definition: { StartAt: Object.keys(states)[0], States: states },
    name: 'machine',
    input,
    executionName: 'run-1',
    startTime: new Date('2026-11-20T08:00:00Z'),
    resources: (name) => (name === resource ? handler : undefined),
    waitMs: () => 0,
    ...more,
  });
}

const task = (more: Record<string, unknown> = {}): Record<string, unknown> => ({ Type: 'Task', Resource: resource, ...more });
const map = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'One', States: { One: task({ End: true }) } },
  ...more,
});
const echo: TaskHandler = async (value) => value;

/** Tasks that end when they are told to. */
class Gate {
  readonly begun: unknown[] = [];
  atOnce = 0;
  most = 0;
  private readonly waiting: (() => void)[] = [];

  readonly handler: TaskHandler = async (input, { signal }) => {
    this.begun.push(input);
    this.atOnce += 1;
    this.most = Math.max(this.most, this.atOnce);
    try {
      await new Promise<void>((resolve, reject) => {
        this.waiting.push(resolve);
        signal.addEventListener('abort', () => reject(new Error('ended')), { once: true });
      });
      return input;
    } finally {
      this.atOnce -= 1;
    }
  };

  /** Lets the tasks that have begun end, and those that begin after, until `over` settles. */
  async open(over: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    over.then(end, end);
    while (!ended.signal.aborted) {
      this.waiting.splice(0).forEach((resolve) => resolve());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
describe('an inline map', () => {
  test('keeps results in the order of the items, whatever order they end in', async () => {
    const later: (() => void)[] = [];
    const { output } = await run({ Each: map({ End: true }) }, ['a', 'b', 'c'], async (item) => {
      if (item === 'a') {
        await new Promise<void>((resolve) => later.push(resolve));
      } else if (item === 'c') {
        later.forEach((resolve) => resolve());
      }
      return `${String(item)}!`;
    });
    expect(output).toEqual(['a!', 'b!', 'c!']);
  });

  test('passes as many items at a time as it is told, from its input too, and at most forty', async () => {
    for (const [concurrency, expected] of [
      [{ MaxConcurrency: 2 }, 2],
      [{ MaxConcurrencyPath: '$.most' }, 3],
      [{}, 40],
      [{ MaxConcurrency: 100 }, 40],
    ] as const) {
      const gate = new Gate();
      const items = Array.from({ length: 50 }, (_, index) => index);
      const over = run({ Each: map({ ItemsPath: '$.items', ...concurrency, End: true }) }, { items, most: 3 }, gate.handler);
      await gate.open(over);
      expect((await over).output).toEqual(items);
      expect(gate.most).toBe(expected);
    }
  });

  test('makes the input of an item of the input of the state, the item and its number', async () => {
    const selector = { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'bucket.$': '$.bucket', fixed: 1 };
    for (const name of ['ItemSelector', 'Parameters']) {
      const execution = await run(
        { Each: map({ ItemsPath: '$.keys', [name]: selector, ResultPath: '$.results', End: true }) },
        { keys: ['a', 'b'], bucket: 'lake' },
        echo,
      );
      expect(execution.output).toEqual({
        keys: ['a', 'b'],
        bucket: 'lake',
        results: [
          { item: 'a', index: 0, bucket: 'lake', fixed: 1 },
          { item: 'b', index: 1, bucket: 'lake', fixed: 1 },
        ],
      });
      expect(execution.history.map(({ state }) => state)).toEqual(['Each', 'One', 'One']);
    }
  });

  test('begins no further item when one fails, ends those that run, and fails by the same error', async () => {
    const begun: unknown[] = [];
    const ended: unknown[] = [];
    const execution = await run(
      {
        Each: map({
          MaxConcurrency: 2,
          Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.failure', Next: 'After' }],
          ItemsPath: '$.items',
          Next: 'After',
        }),
        After: { Type: 'Pass', End: true },
      },
      { items: [1, 2, 3, 4, 5] },
      async (item, { signal }) => {
        begun.push(item);
        if (item === 2) {
          throw new TaskError('Broken', 'the second');
        }
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        ended.push(item);
      },
    );
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { failure: { Error: 'Broken', Cause: 'the second' } } });
    expect(begun).toEqual([1, 2]);
    expect(execution.history.find(({ state }) => state === 'Each')).toMatchObject({ error: 'Broken' });
  });

  test('is tried again as a whole', async () => {
    const begun: unknown[] = [];
    const { output } = await run(
      { Each: map({ MaxConcurrency: 1, Retry: [{ ErrorEquals: ['Broken'] }], End: true }) },
      [1, 2],
      async (item) => {
        begun.push(item);
        if (begun.length === 2) {
          throw new TaskError('Broken', 'once');
        }
        return item;
      },
    );
    expect(output).toEqual([1, 2]);
    expect(begun).toEqual([1, 2, 1, 2]);
  });

  test('holds maps and branches of its own', async () => {
    const inner = map({ ItemSelector: { 'inner.$': '$$.Map.Item.Value', 'outer.$': '$.name' }, ItemsPath: '$.parts' });
    const nested = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'Parts', States: { Parts: { ...inner, End: true } } }],
          End: true,
        },
      },
    };
    const { output } = await run(
      { Each: map({ ItemProcessor: nested, End: true }) },
      [
        { name: 'x', parts: [1, 2] },
        { name: 'y', parts: [] },
      ],
      echo,
    );
    expect(output).toEqual([
      [
        [
          { inner: 1, outer: 'x' },
          { inner: 2, outer: 'x' },
        ],
      ],
      [[]],
    ]);
  });

  test('fails without a list', async () => {
    expect(await run({ Each: map({ End: true }) }, { items: 1 }, echo)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'the items of a Map state must be a list',
    });
  });

  test('ends with the execution', async () => {
    const stop = new AbortController();
    const told: unknown[] = [];
    const execution = await run(
      { Each: map({ End: true }) },
      [1],
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told.push('aborted');
            reject(new Error('stopped'));
          });
          stop.abort();
        }),
      { signal: stop.signal },
    );
    expect(execution.status).toBe('ABORTED');
    expect(told).toEqual(['aborted']);
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
describe('a wait whose length is in the input', () => {
  const waits = async (state: Record<string, unknown>, input: unknown): Promise<[Execution, [number, string][]]> => {
    const asked: [number, string][] = [];
    const execution = await run({ Later: { Type: 'Wait', ...state, End: true } }, input, echo, {
      waitMs: (seconds, name) => {
        asked.push([seconds, name]);
        return 0;
      },
    });
    return [execution, asked];
  };

  test('takes the seconds of the input, shortened like any other, and passes the input on', async () => {
    const [execution, asked] = await waits({ SecondsPath: '$.plan.waitSeconds' }, { plan: { waitSeconds: 3600 }, keep: 1 });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { plan: { waitSeconds: 3600 }, keep: 1 } });
    expect(asked).toEqual([[3600, 'Later']]);
  });

  test('takes the part of the input that it is pointed at', async () => {
    const [{ output }] = await waits(
      { InputPath: '$.plan', SecondsPath: '$.s', OutputPath: '$.keep' },
      { plan: { s: 1, keep: 'k' } },
    );
    expect(output).toBe('k');
  });

  test('waits until a time of the input, not at all when it has passed', async () => {
    const [, [soon]] = await waits({ TimestampPath: '$.until' }, { until: new Date(Date.now() + 60_000).toISOString() });
    expect(soon?.[0]).toBeGreaterThan(50);
    expect(soon?.[0]).toBeLessThanOrEqual(60);
    expect((await waits({ TimestampPath: '$.until' }, { until: '2020-01-01T00:00:00Z' }))[1]).toEqual([[0, 'Later']]);
  });

  test('waits in the items of a map, each as long as it says', async () => {
    const asked: number[] = [];
    await run(
      {
        Each: map({
          ItemProcessor: { StartAt: 'Later', States: { Later: { Type: 'Wait', SecondsPath: '$', End: true } } },
          End: true,
        }),
      },
      [5, 7],
      echo,
      { waitMs: (seconds) => (asked.push(seconds), 0) },
    );
    expect(asked).toEqual([5, 7]);
  });

  test.each<[string, Record<string, unknown>, unknown]>([
    ['no number', { SecondsPath: '$.s' }, { s: 'soon' }],
    ['a part of a second', { SecondsPath: '$.s' }, { s: 1.5 }],
    ['less than nothing', { SecondsPath: '$.s' }, { s: -1 }],
    ['more than is allowed', { SecondsPath: '$.s' }, { s: 100_000_000 }],
    ['no time', { TimestampPath: '$.s' }, { s: 'tomorrow' }],
    ['what is not there', { SecondsPath: '$.other' }, { s: 1 }],
  ])('fails with %s', async (_, state, input) => {
    const [execution, asked] = await waits(state, input);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(asked).toEqual([]);
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
describe('what a task takes and gives', () => {
  const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }], Next: 'After' };
  const after = { Type: 'Pass', End: true };
  const text = (bytes: number): string => 'x'.repeat(bytes - 2); // The quotes of its JSON are two.

  test('is 256 KiB at most, and nothing catches more', async () => {
    expect(await run({ One: task(caught), After: after }, 1, async () => text(262_144))).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run({ One: task(caught), After: after }, 1, async () => text(262_145))).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: "The state/task 'One' has a result of 262145 bytes, over the limit of 262144.",
    });
    expect(await run({ One: task(caught), After: after }, text(262_145), echo)).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining('an input of 262145 bytes') as string,
    });
  });
});
