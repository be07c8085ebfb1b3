import fc from 'fast-check';
import type { ShardLease } from '../../../core/window-closing';
import type { Closing } from '../../../lambda/check-window/closing';
import { parseCheckWindowEvent, type CheckWindowEvent } from '../../../lambda/check-window/event';
import { checkWindow, type CheckedWindow, type CheckWindowConfig } from '../../../lambda/check-window/logic';
import { MemoryLake } from '../fixtures';
import { closedWindowDomain } from '../closed-window-fixtures';

const config: CheckWindowConfig = {
  domain: closedWindowDomain,
  trainingSetPrefix: 'sets/',
  allowedLatenessSeconds: 3600,
  deliveryBufferSeconds: 300,
  windowLimitSeconds: 6 * 3600,
};
const at = (iso: string): number => Date.parse(iso);
const started = '2026-11-20T12:30:05Z';
/** 12:30 less 1 h 05 min is 11:25; full hours end at 11:00. */
const folder = 'sets/windows/20261113T110000Z_20261120T110000Z/';

/** One shard that covers all hash keys, complete until then. */
function shard(watermark: string | undefined, change: Partial<ShardLease> = {}): ShardLease {
  return {
    leaseKey: 'shardId-000000000000',
    checkpoint: '49600',
    startingHashKey: '0',
    endingHashKey: String(2n ** 128n - 1n),
    owner: 'worker-1',
    ...(watermark !== undefined && { arrivalWatermarkMs: at(watermark) }),
    ...change,
  };
}

function eventOf(
  input: Readonly<Record<string, unknown>> = { scheduledTime: '2026-11-20T12:30:00Z' },
  executionName = 'run-1',
): CheckWindowEvent {
  return parseCheckWindowEvent({ input, executionName, startedAt: started });
}

async function check(
  lake: MemoryLake,
  leases: readonly ShardLease[],
  event = eventOf(),
  now = '2026-11-20T12:31:00Z',
): Promise<CheckedWindow> {
  return checkWindow({ lake, readLeases: async () => leases, now: () => at(now), config }, event);
}

const closingIn = (lake: MemoryLake, revision = 1): Closing =>
  JSON.parse(lake.text(`${folder}closing-${revision}.json`)) as Closing;

describe('checking a window', () => {
  test('closes the latest one that can be, at the least watermark, and writes it down', async () => {
    const lake = new MemoryLake();
    const leases = [
      shard('2026-11-20T12:10:00Z', { endingHashKey: '99' }),
      shard('2026-11-20T12:05:00.250Z', { leaseKey: 'shardId-000000000001', startingHashKey: '100' }),
    ];
    expect(await check(lake, leases)).toEqual({
      status: 'closed',
      window: { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
      cutoff: '2026-11-20T12:05:00.250Z',
      revision: 1,
      closingUri: `s3://lake/${folder}closing-1.json`,
      force: false,
    });
    expect(closingIn(lake)).toEqual({
      version: 1,
      domain: 'pumps',
      window: { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
      cutoff: '2026-11-20T12:05:00.250Z',
      revision: 1,
      closedAt: '2026-11-20T12:31:00.000Z',
      allowedLatenessSeconds: 3600,
      executionName: 'run-1',
      watermarks: { 'shardId-000000000000': '2026-11-20T12:10:00.000Z', 'shardId-000000000001': '2026-11-20T12:05:00.250Z' },
    });
  });

  test('keeps it open, says why, and writes nothing, until what may still be late has arrived and is delivered', async () => {
    const lake = new MemoryLake();
    expect(await check(lake, [shard('2026-11-20T11:59:59Z')])).toEqual({
      status: 'open',
      reason:
        'the window is closed once everything is delivered that arrived before 2026-11-20T12:00:00.000Z: ' +
        'shardId-000000000000 is complete until 2026-11-20T11:59:59.000Z, 1 s short; read by worker-1',
      waitedSeconds: 55,
      window: { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
      force: false,
    });
    expect(lake.objects.size).toBe(0);
    expect(await check(lake, [shard('2026-11-20T12:00:00Z')])).toMatchObject({ status: 'closed' });
  });

  test('is overdue once the execution has waited for as long as it may', async () => {
    const lake = new MemoryLake();
    expect(await check(lake, [], eventOf(), '2026-11-20T18:30:04Z')).toMatchObject({ status: 'open', waitedSeconds: 21_599 });
    expect(await check(lake, [], eventOf(), '2026-11-20T18:30:05Z')).toMatchObject({
      status: 'overdue',
      waitedSeconds: 21_600,
      reason: expect.stringContaining('no shard has a lease yet: no consumer has started') as string,
    });
  });

  test('uses a closing that is there, whatever has happened to the shards since', async () => {
    const lake = new MemoryLake();
    const first = await check(lake, [shard('2026-11-20T12:05:00Z')]);
    const again = await check(lake, [shard('2026-11-21T00:00:00Z')], eventOf(undefined, 'run-2'), '2026-11-21T00:01:00Z');
    const withoutConsumers = await check(lake, [], eventOf(undefined, 'run-3'));
    expect(again).toEqual(first);
    expect(withoutConsumers).toEqual(first);
    expect(lake.objects.size).toBe(1);
  });

  test('uses the closing of another run that was quicker', async () => {
    const lake = new MemoryLake();
    await check(lake, [shard('2026-11-20T12:07:00Z')], eventOf(undefined, 'quicker'));
    const held = lake.objects.get(`${folder}closing-1.json`) ?? new Uint8Array();
    lake.objects.clear();
    // The other one writes between this one's look and its own write.
    lake.beforeWriteNew = () => lake.put(`${folder}closing-1.json`, held);
    expect(await check(lake, [shard('2026-11-20T12:05:00Z')])).toMatchObject({ cutoff: '2026-11-20T12:07:00.000Z', revision: 1 });
    expect(closingIn(lake).executionName).toBe('quicker');
  });

  test('closes a window once more for a revision, once per execution, and later runs use that', async () => {
    const lake = new MemoryLake();
    await check(lake, [shard('2026-11-20T12:05:00Z')]);
    const revised = eventOf({ scheduledTime: '2026-11-20T12:30:00Z', revision: true, requestedBy: 'ada', force: true }, 'revise');
    const today = [shard('2026-11-25T00:00:00Z')];
    const second = await check(lake, today, revised);
    expect(second).toMatchObject({ status: 'closed', cutoff: '2026-11-25T00:00:00.000Z', revision: 2, force: true });
    // The function is called again when its answer was lost, or the state machine asks again.
    expect(await check(lake, [shard('2026-11-26T00:00:00Z')], revised)).toEqual(second);
    expect(await check(lake, today, eventOf(undefined, 'run-9'))).toMatchObject({ revision: 2 });
    expect(closingIn(lake, 2)).toMatchObject({ executionName: 'revise', requestedBy: 'ada' });
    expect(closingIn(lake)).toMatchObject({ cutoff: '2026-11-20T12:05:00.000Z' });
  });

  test('counts revisions by number: 10 comes after 9', async () => {
    const lake = new MemoryLake();
    await check(lake, [shard('2026-11-20T12:05:00Z')]);
    for (let revision = 2; revision <= 10; revision++) {
      const input = { scheduledTime: '2026-11-20T12:30:00Z', revision: true };
      expect(await check(lake, [shard('2026-11-21T00:00:00Z')], eventOf(input, `run-${revision}`))).toMatchObject({ revision });
    }
    expect(await check(lake, [])).toMatchObject({ revision: 10 });
  });

  test('takes the window that a person asks for, and waits until it is past', async () => {
    const lake = new MemoryLake();
    const event = eventOf({ window: { start: '2026-11-01', end: '2026-11-20T13:30:00+01:00' } });
    expect(await check(lake, [shard('2026-11-20T12:31:00Z')], event)).toMatchObject({
      status: 'open',
      window: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-20T12:30:00.000Z' },
    });
    expect(await check(lake, [shard('2026-11-20T13:30:00Z')], event)).toMatchObject({ status: 'closed' });
  });

  test('takes everything since 1970 for a domain that welcomes history', async () => {
    const { windowDays, ...trainingSet } = closedWindowDomain.trainingSet;
    expect(windowDays).toBe(7);
    const using = { ...config, domain: { ...closedWindowDomain, trainingSet } };
    const leases = [shard('2026-11-20T12:10:00Z')];
    const checked = await checkWindow(
      { lake: new MemoryLake(), readLeases: async () => leases, now: () => 0, config: using },
      eventOf(),
    );
    expect(checked).toMatchObject({
      window: { start: '1970-01-01T00:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
      closingUri: 's3://lake/sets/windows/19700101T000000Z_20261120T110000Z/closing-1.json',
    });
  });

  test.each([
    ['is not JSON', 'closing'],
    ['window is missing', '{"cutoff":"2026-11-20T12:05:00.000Z"}'],
    [
      'is of another window than its name says',
      '{"window":{"start":"2026-11-13T11:00:00.000Z","end":"2026-11-20T12:00:00.000Z"},"cutoff":"x","executionName":"y"}',
    ],
  ])('does not go on with a closing that %s', async (what, text) => {
    const lake = new MemoryLake().put(`${folder}closing-1.json`, text);
    await expect(check(lake, [shard('2026-11-20T12:05:00Z')])).rejects.toMatchObject({
      name: 'TrainingInputInvalid',
      message: expect.stringContaining(what) as string,
    });
  });

  // Runs in any order, at any watermarks: a closing never changes, and its cutoff claims no more than was delivered.
  test('never changes a closing, and claims no more than every shard does', async () => {
    const step = fc.record({
      watermarks: fc.array(fc.integer({ min: -120, max: 600 }), { minLength: 1, maxLength: 3 }),
      revision: fc.boolean(),
      run: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const lake = new MemoryLake();
        const written = new Map<string, string>();
        for (const { revision, run, watermarks } of steps) {
          const leases = watermarks.map((minutes, index) =>
            shard(new Date(at('2026-11-20T12:00:00Z') + minutes * 60_000).toISOString(), {
              leaseKey: `shardId-${index}`,
              startingHashKey: String(index === 0 ? 0 : index * 100),
              endingHashKey: String(index === watermarks.length - 1 ? 2n ** 128n - 1n : (index + 1) * 100 - 1),
            }),
          );
          const before = lake.objects.size;
          const input = { scheduledTime: '2026-11-20T12:30:00Z', revision };
          const checked = await check(lake, leases, eventOf(input, `run-${run}`));
          const least = Math.min(...leases.map(({ arrivalWatermarkMs = 0 }) => arrivalWatermarkMs));
          if (lake.objects.size > before) {
            expect(least).toBeGreaterThanOrEqual(at('2026-11-20T12:00:00Z'));
            expect(checked).toMatchObject({ status: 'closed', cutoff: new Date(least).toISOString() });
          }
          for (const key of lake.objects.keys()) {
            expect(lake.text(key)).toBe(written.get(key) ?? lake.text(key));
            written.set(key, lake.text(key));
          }
          if (checked.status === 'closed') {
            expect(closingIn(lake, checked.revision).cutoff).toBe(checked.cutoff);
          }
        }
      }),
    );
  });
});

describe('the event of the function', () => {
  const event = { input: { scheduledTime: '2026-11-20T12:30:00Z' }, executionName: 'run-1', startedAt: started };

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ input: {} }, 'input has neither a window nor a scheduledTime'],
    [{ input: undefined }, 'input is missing'],
    [{ input: { scheduledTime: 'noon' } }, 'input.scheduledTime is "noon": an ISO 8601 time with an offset'],
    [{ input: { scheduledTime: '2026-11-20T12:30' } }, 'an ISO 8601 time with an offset'],
    [
      { input: { ...event.input, windw: {} } },
      'input.windw is not known: scheduledTime, window, revision, force, requestedBy are',
    ],
    [{ input: { ...event.input, force: 'yes' } }, 'input.force is not true or false'],
    [{ input: { window: { start: '2026-11-20', end: '2026-11-20' } } }, 'input.window is empty'],
    [{ input: { window: { start: '2026-11-20' } } }, 'input.window.end is missing'],
    [{ input: { window: { start: '2026-11-20', end: '2026-11-20T10:00:00.5Z' } } }, 'whole seconds'],
    [{ executionName: '' }, 'executionName is'],
    [{ startedAt: 'then' }, 'startedAt is no ISO 8601 time'],
  ])('is refused with %j', (change, message) => {
    expect(() => parseCheckWindowEvent({ ...event, ...change })).toThrow(message);
  });
});
