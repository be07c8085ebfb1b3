import { DeviceStateRefusedError, type DeviceStateStore } from '../../../../consumer/pipeline/device-state/device-state-store';
import { MemoryDeviceStateStore, type StoreTrouble } from '../../../../consumer/pipeline/device-state/memory-device-state-store';
import { PatientStore, type DeviceStateRetried } from '../../../../consumer/pipeline/device-state/patient-store';
import { Limiter } from '../../../../consumer/pipeline/delivery/limiter';
import { SkippingClock } from '../skipping-clock';

class Bench {
  readonly clock = new SkippingClock();
  readonly abort = new AbortController();
  readonly retries: DeviceStateRetried[] = [];
  readonly script: (StoreTrouble | undefined)[];
  readonly memory = new MemoryDeviceStateStore(() => this.script.shift());
  readonly store: PatientStore;

  constructor(script: readonly (StoreTrouble | undefined)[] = [], inner?: DeviceStateStore) {
    this.script = [...script];
    this.store = new PatientStore({
      store: inner ?? this.memory,
      limiter: new Limiter(4),
      clock: this.clock,
      random: () => 0.5,
      signal: this.abort.signal,
      onRetry: (event) => this.retries.push(event),
    });
  }
}

const write = (deviceId: string, position = '1') => ({
  deviceId,
  shardId: 's',
  fence: 1,
  state: { position, bytes: new Uint8Array() },
  previous: undefined,
  sequence: 1,
  eventTimeMs: 0,
  writtenMs: 0,
});

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index}`);

describe('a patient store', () => {
  test('loads in as few calls as there can be', async () => {
    const bench = new Bench();
    await bench.store.store(write('d7'));
    const found = await bench.store.load(ids(250));
    expect(found !== 'aborted' && [...found.keys()]).toEqual(['d7']);
    expect(bench.memory.calls.load).toBe(3);
    await expect(bench.store.load([])).resolves.toEqual(new Map());
    expect(bench.memory.calls.load).toBe(3);
  });

  test('asks again for those that were not looked up, and only for them', async () => {
    const bench = new Bench([undefined, undefined, { processed: 30 }, { processed: 0 }]);
    await bench.store.store(write('d1'));
    await bench.store.store(write('d60'));
    const found = await bench.store.load(ids(70));
    expect(found !== 'aborted' && [...found.keys()].sort()).toEqual(['d1', 'd60']);
    expect(bench.retries.map(({ call, code, failures, message }) => [call, code, failures, message])).toEqual([
      ['load', 'UnprocessedKeys', 0, '40 of 70 devices'],
      ['load', 'UnprocessedKeys', 1, '40 of 40 devices'],
    ]);
  });

  test('tries again after growing waits, however long it takes', async () => {
    const bench = new Bench(Array.from({ length: 12 }, () => ({ unavailable: 'ThrottlingException' })));
    await expect(bench.store.store(write('a'))).resolves.toBe('stored');
    expect(bench.retries.map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(bench.clock.sleeps.slice(0, 3)).toEqual([75, 150, 300]);
    expect(bench.clock.sleeps.at(-1)).toBe(7_500);
  });

  test('says who refuses a write', async () => {
    const bench = new Bench();
    await bench.store.store(write('a', '5'));
    await expect(bench.store.store(write('a', '4'))).resolves.toBe('fence');
    await expect(bench.store.store({ ...write('a', '4'), shardId: 'other' })).resolves.toBe('shard');
  });

  test('gives up when the lease is lost', async () => {
    const bench = new Bench(Array.from({ length: 1_000 }, () => ({ unavailable: 'ThrottlingException' })));
    const [storing, loading] = [bench.store.store(write('a')), bench.store.load(['a'])];
    while (bench.retries.length < 10) {
      await Promise.resolve();
    }
    bench.abort.abort();
    await expect(Promise.all([storing, loading])).resolves.toEqual(['aborted', 'aborted']);
  });

  test('does not go on when it would be in vain', async () => {
    const refuse = async (): Promise<never> => {
      throw new DeviceStateRefusedError('t', 'AccessDeniedException', 'no');
    };
    const bench = new Bench([], { load: refuse, store: refuse });
    await expect(bench.store.store(write('a'))).rejects.toMatchObject({ code: 'device_state_refused' });
    await expect(bench.store.load(['a'])).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    expect(bench.retries).toEqual([]);
  });
});
