import fc from 'fast-check';
import { MemoryLake } from '../fixtures';
import {
  BrokenOff,
  leaseUntil,
  predictionsOf,
  registered,
  registryOf,
  ScoringWorkflow,
  start,
  type ArrivedRow,
} from './fixtures';

const spanMs = 6 * 3_600_000;

const arrivals = fc
  .array(
    fc.record({ arrival: fc.integer({ min: start - 3_600_000, max: start + spanMs }), flow: fc.integer({ min: 0, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((rows) => rows.map((row, index): ArrivedRow => ({ ...row, device: `pump-${index % 5}`, sequence: index })));

const execution = fc.record({
  /** How far the consumers have come since the last execution. */
  advanceMs: fc.integer({ min: 0, max: 2 * 3_600_000 }),
  files: fc.integer({ min: 1, max: 4 }),
  breakage: fc.option(fc.record({ step: fc.integer({ min: 0, max: 8 }), after: fc.boolean() }), { nil: undefined }),
});

/**
 * Executions that break off at any step, before its work, in the middle of the query's or after it, and others that follow: what is scored in
 * the end, and what became of each file on the way.
 */
test('every row that arrives is scored once, whatever breaks off; a batch that is taken up again writes the same files', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.array(execution, { minLength: 1, maxLength: 12 }), async (rows, executions) => {
      const lake = new MemoryLake();
      let watermark = start;
      const workflow = new ScoringWorkflow(lake, rows, {
        registry: registryOf(registered(lake, 1)),
        readLeases: async () => [leaseUntil(watermark)],
        now: () => watermark + 20_000,
      });
      const written = new Map<string, string>();
      const onceWritten = (): void => {
        for (const [key, bytes] of lake.objects) {
          if (/predictions|batch\.json|rows\.json|start\.json/.test(key)) {
            const content = Buffer.from(bytes).toString('base64');
            expect(written.get(key) ?? content).toBe(content);
            written.set(key, content);
          }
        }
      };

      for (const { advanceMs, breakage, files } of executions) {
        watermark += advanceMs;
        await workflow.run(files, breakage).catch((error: unknown) => {
          if (!(error instanceof BrokenOff)) {
            throw error;
          }
        });
        onceWritten();
      }
      // At last everything works: until nothing is left.
      for (let left = true; left;) {
        left = typeof (await workflow.run()) !== 'string';
        onceWritten();
      }

      const documents = [...lake.objects.keys()].filter((key) => key.endsWith('/batch.json')).sort();
      const batches = documents.map((key) => JSON.parse(lake.text(key)) as { readonly from: string; readonly cutoff: string });
      const first = Date.parse(batches[0]?.from ?? '');
      expect(batches.slice(1).map(({ from }) => from)).toEqual(batches.slice(0, -1).map(({ cutoff }) => cutoff));
      expect(Date.parse(batches.at(-1)?.cutoff ?? '')).toBe(watermark);
      const expected = rows.filter(({ arrival }) => arrival >= first && arrival < watermark);
      const found = (await predictionsOf(lake)).map(({ sequence, prediction }) => [Number(sequence), prediction]);
      expect(found.sort(([a], [b]) => Number(a) - Number(b))).toEqual(
        expected.map(({ sequence, flow }) => [sequence, flow < 5 ? 1 : 2]).sort(([a = 0], [b = 0]) => a - b),
      );
    }),
    { numRuns: 60 },
  );
});

test('two executions at the same time score one batch, once', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 4 }), fc.scheduler(), async (rows, files, scheduler) => {
      const lake = new MemoryLake();
      const workflow = new ScoringWorkflow(slowed(lake, scheduler), rows, {
        registry: registryOf(registered(lake, 1)),
        readLeases: async () => [leaseUntil(start)],
        now: () => start + 20_000,
      });
      const both = Promise.all([workflow.run(files), workflow.run(files + 1)]);
      await scheduler.waitFor(both);
      const ends = await both;
      expect(ends.filter((end) => typeof end !== 'string').length).toBeGreaterThanOrEqual(1);
      const scored = (await predictionsOf(lake)).map(({ sequence }) => Number(sequence)).sort((a, b) => a - b);
      const inFirst = rows.filter(({ arrival }) => arrival >= start - 3_600_000 && arrival < start);
      expect(scored).toEqual(inFirst.map(({ sequence }) => sequence));
    }),
    { numRuns: 40 },
  );
});

/** The same lake, whose answers come in an order that the scheduler chooses. */
function slowed(lake: MemoryLake, scheduler: fc.Scheduler): MemoryLake {
  return new Proxy(lake, {
    get: (target, name: keyof MemoryLake) => {
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the lake below
      const member: unknown = target[name];
      if (typeof member !== 'function') {
        return member;
      }
      const call = (...args: readonly unknown[]): unknown => Reflect.apply(member, target, args);
      return ['readText', 'writeNew', 'list', 'read', 'writeBytes', 'writeJson'].includes(name)
        ? scheduler.scheduleFunction(async (...args: readonly unknown[]) => call(...args))
        : call;
    },
  });
}
