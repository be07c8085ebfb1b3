import fc from 'fast-check';
import type { OutgoingRecord } from '../../../core/domain';
import type { PutResult, RecordStream } from '../../../local/fleet/record-stream';
import { send, type Progress } from '../../../local/fleet/send';
import type { Timing } from '../../../local/fleet/timing';

/** Time that passes only while somebody sleeps. */
class VirtualTiming implements Timing {
  private nowMs = 0;
  private readonly sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.nowMs;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      this.sleepers.push({ at: this.nowMs + ms, wake: resolve });
      setImmediate(() => this.wakeFirst());
    });
  }

  private wakeFirst(): void {
    this.sleepers.sort((one, other) => one.at - other.at);
    const first = this.sleepers.shift();
    if (first !== undefined) {
      this.nowMs = Math.max(this.nowMs, first.at);
      first.wake();
    }
  }
}

/** A stream that keeps what it takes, and refuses from a request what `refuses` says. */
class FakeStream implements RecordStream {
  readonly maxRecordBytes = 1000;
  readonly taken: OutgoingRecord[] = [];
  readonly requests: number[] = [];
  inFlight = 0;

  constructor(
    readonly lanes: number,
    private readonly firstRefused: (request: number, size: number) => number = (_, size) => size,
  ) {}

  laneOf(partitionKey: string): number {
    return partitionKey.length % this.lanes;
  }

  async put(records: readonly OutgoingRecord[]): Promise<PutResult> {
    this.inFlight += 1;
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    const first = this.firstRefused(this.requests.length, records.length);
    this.requests.push(records.length);
    this.taken.push(...records.slice(0, first));
    const refused = records.slice(first).map((_, index) => first + index);
    return { refused, throttled: refused.length, message: 'Rate exceeded' };
  }
}

const record = (key: string, sequence: number): OutgoingRecord => ({ partitionKey: key, data: Buffer.from(String(sequence)) });
const never = new AbortController().signal;
const common = { signal: never, random: () => 0.5 };

describe('sending records', () => {
  test('sends every record once and keeps the order of each key, whatever is refused', async () => {
    const devices = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 1500 });
    const refusals = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(devices, refusals, fc.integer({ min: 1, max: 4 }), async (keys, parts, lanes) => {
        const records = keys.map((length, sequence) => record('k'.repeat(length), sequence));
        // Every so often only a part of a request is taken.
        const stream = new FakeStream(lanes, (request, size) => Math.min(size, (parts[request % parts.length] ?? 0) * 13 + 1));
        const seen: OutgoingRecord[] = [];
        const sent = await send({ ...common, records, stream, timing: new VirtualTiming(), onSent: (each) => seen.push(each) });
        expect(sent.sent).toBe(records.length);
        expect(seen).toHaveLength(records.length);
        expect(sent.bytes).toBe(records.reduce((sum, { partitionKey, data }) => sum + partitionKey.length + data.length, 0));
        for (const key of new Set(keys)) {
          const sequences = (of: readonly OutgoingRecord[]) =>
            of.filter(({ partitionKey }) => partitionKey.length === key).map(({ data }) => Buffer.from(data).toString());
          expect(sequences(stream.taken)).toEqual(sequences(records));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('puts no more than 500 records or 1 MiB into a request, and counts what was refused', async () => {
    const stream = new FakeStream(1, (request, size) => (request === 0 ? size - 2 : size));
    const records = Array.from({ length: 1700 }, (_, sequence) => record('k', sequence));
    const steps: Progress[] = [];
    const sent = await send({ ...common, records, stream, timing: new VirtualTiming(), onProgress: (step) => steps.push(step) });
    expect(Math.max(...stream.requests)).toBe(500);
    expect(sent).toMatchObject({ sent: 1700, throttled: 2 });
    expect(steps.at(-1)).toEqual(sent);
  });

  test('keeps to the rate', async () => {
    const timing = new VirtualTiming();
    const records = Array.from({ length: 1000 }, (_, sequence) => record('k', sequence));
    await send({ ...common, records, stream: new FakeStream(1), rate: 200, timing });
    expect(timing.now()).toBeGreaterThanOrEqual(4800);
    expect(timing.now()).toBeLessThan(5500);
  });

  test('reads ahead a bounded number of records while the stream takes nothing', async () => {
    let read = 0;
    const endless = (function* () {
      for (;;) {
        read += 1;
        yield record('k', read);
      }
    })();
    const sending = send({ ...common, records: endless, stream: new FakeStream(2, () => 0), timing: new VirtualTiming() });
    await expect(sending).rejects.toMatchObject({
      code: 'stream-refuses',
      message: expect.stringContaining('Rate exceeded') as string,
    });
    expect(read).toBeLessThanOrEqual(20_001);
  });

  test('stops when it is told to, having finished what was under way', async () => {
    const stop = new AbortController();
    const stream = new FakeStream(3);
    let closed = false;
    const endless = (function* () {
      try {
        for (let sequence = 0; ; sequence++) {
          yield record('k'.repeat(1 + (sequence % 3)), sequence);
        }
      } finally {
        closed = true;
      }
    })();
    const onProgress = ({ sent }: Progress): void => (sent > 2000 ? stop.abort() : undefined);
    const progress = await send({
      ...common,
      records: endless,
      stream,
      signal: stop.signal,
      timing: new VirtualTiming(),
      onProgress,
    });
    expect(progress.sent).toBe(stream.taken.length);
    expect([stream.inFlight, closed]).toEqual([0, true]);
  });

  test('sends nothing when it was stopped before it began', async () => {
    const stream = new FakeStream(1);
    const signal = AbortSignal.abort();
    expect(await send({ ...common, records: [record('k', 1)], stream, signal })).toEqual({ sent: 0, bytes: 0, throttled: 0 });
  });

  test('fails on a record that the stream cannot take, and with the error of the source or the stream', async () => {
    const large = { partitionKey: 'press-7', data: Buffer.alloc(1000) };
    await expect(send({ ...common, records: [large], stream: new FakeStream(1) })).rejects.toMatchObject({
      code: 'record-too-large',
      message: expect.stringContaining('press-7') as string,
    });
    const broken = (async function* () {
      yield record('k', 1);
      throw new Error('damaged file');
    })();
    await expect(send({ ...common, records: broken, stream: new FakeStream(2) })).rejects.toThrow('damaged file');
    const gone = Object.assign(new FakeStream(2), { put: () => Promise.reject(new Error('no such stream')) });
    const records = Array.from({ length: 10 }, (_, sequence) => record('k', sequence));
    await expect(send({ ...common, records, stream: gone })).rejects.toThrow('no such stream');
  });
});
