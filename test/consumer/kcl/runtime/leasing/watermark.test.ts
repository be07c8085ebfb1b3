import type { KinesisRecord, RecordBatch, ShardContext, ShardProcessor, WorkerBehaviour } from '../../../../../consumer/kcl';
import { failoverTimeMs, Fleet, type Member } from '../../fleet/fleet';

const shard = 'shardId-000000000000';
const marginMs = 2000;

/** A processor that keeps what it is given until it is told to checkpoint. */
class Holding implements ShardProcessor {
  readonly given: KinesisRecord[] = [];

  constructor(private readonly context: ShardContext) {}

  async process({ records }: RecordBatch): Promise<void> {
    this.given.push(...records);
  }

  async checkpoint(index: number): Promise<void> {
    const record = this.given[index];
    if (record !== undefined) {
      await this.context.checkpointer.checkpoint(record);
    }
  }

  shardEnded = async (): Promise<void> => this.checkpoint(this.given.length - 1);
  handOver = async (): Promise<void> => undefined;
  leaseLost = (): void => undefined;
}

describe('the watermark in a lease', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  const start = (name: string, behaviour: Partial<WorkerBehaviour> = {}): Member =>
    fleet.start(name, { watermarkMarginMs: marginMs, ...behaviour });
  const holding = (name: string, behaviour: Partial<WorkerBehaviour> = {}): Holding[] => {
    const processors: Holding[] = [];
    const processor = (context: ShardContext): ShardProcessor => {
      const made = new Holding(context);
      processors.push(made);
      return made;
    };
    start(name, { processor, ...behaviour });
    return processors;
  };
  /** Milliseconds since the epoch; NaN when nothing is claimed. */
  const watermark = (leaseKey = shard): number => Number(fleet.leases.row(leaseKey)?.['arrivalWatermark']?.N);
  const ageMs = (leaseKey = shard): number => fleet.clock.wallMs() - watermark(leaseKey);
  /** By the margin, whole seconds of the stream's time, two reads that find nothing, and the wait for a renewal. */
  const idleAgeMs = marginMs + 1000 + 2 * 500 + failoverTimeMs / 2;

  /** From now on the stream does not tell its time. */
  const withoutTime = ({ stream }: Fleet): void => {
    const read = stream.getRecords.bind(stream);
    stream.getRecords = async (...args) => {
      const reply = await read(...args);
      return reply.kind === 'records' ? { ...reply, streamTimeMs: undefined } : reply;
    };
  };

  it('follows the time while a shard brings nothing', async () => {
    fleet = new Fleet(2);
    const a = start('a');
    await fleet.clock.advance(10_000);
    for (let second = 0; second < 60; second += 1) {
      await fleet.clock.advance(1000);
      expect(ageMs()).toBeGreaterThanOrEqual(marginMs);
      expect(ageMs()).toBeLessThanOrEqual(idleAgeMs);
    }
    const told = a.events.flatMap((event) => (event.type === 'watermark-stored' ? [event] : []));
    expect(told.filter(({ shardId }) => shardId === shard).at(-1)?.arrivalWatermarkMs).toBe(watermark());
  });

  it('costs no write', async () => {
    const counters: number[] = [];
    for (const tells of [true, false]) {
      fleet = new Fleet(1);
      if (!tells) {
        withoutTime(fleet);
      }
      start('a');
      await fleet.clock.advance(600_000);
      expect(watermark()).toEqual(tells ? expect.any(Number) : NaN);
      counters.push(fleet.counter(shard));
      await fleet.stopAll();
    }
    // The take, and a renewal each third of the failover time.
    expect(counters).toEqual([counters[1], counters[1]]);
    expect(counters[0]).toBeCloseTo(600_000 / (failoverTimeMs / 3), -1);
  });

  it('stays behind the first record that is not checkpointed, however far reading has come', async () => {
    fleet = new Fleet(1);
    const [processors] = [holding('a')];
    await fleet.clock.advance(10_000);
    const first = fleet.stream.put('first');
    await fleet.clock.advance(20_000);
    fleet.stream.put('second');
    await fleet.clock.advance(60_000);
    expect(processors[0]?.given).toHaveLength(2);
    expect(watermark()).toBeLessThanOrEqual(first.arrivalTimeMs);
    expect(watermark()).toBeGreaterThan(first.arrivalTimeMs - idleAgeMs);
    await processors[0]?.checkpoint(0);
    await fleet.clock.advance(5000);
    // Tips that were read between the two count now, those after the second do not.
    expect(watermark()).toBeGreaterThan(first.arrivalTimeMs + 10_000);
    expect(watermark()).toBeLessThan(first.arrivalTimeMs + 20_000);
    await processors[0]?.checkpoint(1);
    await fleet.clock.advance(5000);
    expect(ageMs()).toBeLessThanOrEqual(idleAgeMs);
  });

  it('goes with the checkpoint that makes it true, while a shard is behind', async () => {
    fleet = new Fleet(1);
    const records = [];
    for (let i = 0; i < 10; i += 1) {
      records.push(fleet.stream.put(String(i)));
      await fleet.clock.advance(60_000);
    }
    const processors = holding('a', { maxRecordsPerRead: 4 });
    await fleet.clock.advanceUntil(() => (processors[0]?.given.length ?? 0) >= 4, 5000, 10);
    await processors[0]?.checkpoint(2);
    expect(fleet.checkpoint(shard)).toBe(records[2]?.sequenceNumber);
    expect(watermark()).toBe((records[2]?.arrivalTimeMs ?? 0) - marginMs);
  });

  it('is kept by the next owner, and by one that knows nothing of it', async () => {
    fleet = new Fleet(1);
    const a = start('a');
    await fleet.clock.advance(20_000);
    const before = watermark();
    void a.worker.stop();
    await fleet.clock.advance(10_000);
    // Java's writes: a take, a checkpoint.
    const row = fleet.leases.row(shard);
    fleet.leases.putRow({ ...row, leaseOwner: { S: 'java' }, leaseCounter: { N: String(fleet.counter(shard) + 1) } });
    await fleet.clock.advance(60_000);
    expect(watermark()).toBeGreaterThanOrEqual(before);
    const left = watermark();
    start('b');
    await fleet.clock.advance(100);
    expect(watermark()).toBe(left);
    await fleet.clock.advance(30_000);
    expect(ageMs()).toBeLessThanOrEqual(idleAgeMs);
  });

  it('is not raised by what the next owner has not read', async () => {
    fleet = new Fleet(1);
    const a = start('a');
    await fleet.clock.advance(20_000);
    void a.worker.stop();
    await fleet.clock.advance(5000);
    const before = watermark();
    const waiting = fleet.stream.put('x');
    await fleet.clock.advance(60_000);
    const processors = holding('b');
    await fleet.clock.advance(20_000);
    expect(processors[0]?.given).toHaveLength(1);
    expect(watermark()).toBeGreaterThanOrEqual(before);
    expect(watermark()).toBeLessThanOrEqual(waiting.arrivalTimeMs);
  });

  it('of a shard that was split stays below what its children hold, and theirs begins with their own reads', async () => {
    fleet = new Fleet(1, undefined, { tellsEndLater: true });
    const a = start('a');
    await fleet.clock.advance(10_000);
    void a.worker.stop();
    await fleet.clock.advance(5000);
    const parentRecord = fleet.stream.put('in the parent');
    const [low, high] = fleet.stream.split(shard);
    const ofChildren = ['1', '2', '3', '4'].map((key) => fleet.stream.put(key));
    await fleet.clock.advance(3_600_000);
    // An hour later the parent is read to its tip. Its end is not settled, for the stream does not name its children.
    const listed = fleet.stream.listShards.bind(fleet.stream);
    const read = fleet.stream.getRecords.bind(fleet.stream);
    fleet.stream.listShards = async () => (await listed()).filter(({ shardId }) => shardId === shard);
    fleet.stream.getRecords = async (...args) => {
      const reply = await read(...args);
      return reply.kind === 'records' ? { ...reply, children: [] } : reply;
    };
    start('b');
    await fleet.clock.advance(30_000);
    expect(fleet.seen.map(({ record }) => record.partitionKey)).toEqual(['in the parent']);
    expect(fleet.checkpoint(shard)).toBe(parentRecord.sequenceNumber);
    expect(watermark()).toBeLessThanOrEqual(ofChildren[0]?.arrivalTimeMs ?? 0);
    fleet.stream.listShards = listed;
    fleet.stream.getRecords = read;
    await fleet.clock.advance(60_000);
    expect(fleet.seen).toHaveLength(5);
    for (const child of [low, high]) {
      expect(ageMs(child?.shardId)).toBeLessThanOrEqual(idleAgeMs);
    }
  });

  it('says nothing of a tip where the stream does not tell its time', async () => {
    fleet = new Fleet(1);
    withoutTime(fleet);
    start('a');
    await fleet.clock.advance(20_000);
    expect(watermark()).toBeNaN();
    const { arrivalTimeMs } = fleet.stream.put('x');
    await fleet.clock.advance(20_000);
    expect(watermark()).toBe(arrivalTimeMs - marginMs);
  });

  it('does not depend on the wall clock of the worker', async () => {
    fleet = new Fleet(1);
    const { clock } = fleet;
    const hoursAhead = {
      monotonicMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs() + 5 * 3_600_000,
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    };
    start('a', { clock: hoursAhead });
    await fleet.clock.advance(30_000);
    expect(ageMs()).toBeGreaterThanOrEqual(marginMs);
    expect(ageMs()).toBeLessThanOrEqual(idleAgeMs);
  });

  it('goes on through failures of the processor, with what is dealt with in parts', async () => {
    fleet = new Fleet(1);
    const poison = '3';
    const a = start('a', {
      onRecordFailure: 'skip',
      maxRecordAttempts: 1,
      processor: (context) => {
        const inner = fleet.noting('a', context, a.clock);
        return {
          ...inner,
          process: async (batch) => {
            if (batch.records.some(({ partitionKey }) => partitionKey === poison)) {
              throw new Error('poison');
            }
            await inner.process(batch);
          },
        };
      },
    });
    ['1', '2', poison, '4'].forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(60_000);
    expect(a.events.some(({ type }) => type === 'record-given-up')).toBe(true);
    expect(ageMs()).toBeLessThanOrEqual(idleAgeMs);
    expect(a.events.filter(({ type }) => type === 'watermark-overtaken')).toEqual([]);
  });

  it('tells when records show that it was too high', async () => {
    fleet = new Fleet(1);
    let lateMs = 0;
    const put = fleet.stream.put.bind(fleet.stream);
    const read = fleet.stream.getRecords.bind(fleet.stream);
    fleet.stream.getRecords = async (...args) => {
      const reply = await read(...args);
      const late = (record: KinesisRecord): KinesisRecord => ({ ...record, arrivalTimeMs: record.arrivalTimeMs - lateMs });
      return reply.kind === 'records' ? { ...reply, batch: { ...reply.batch, records: reply.batch.records.map(late) } } : reply;
    };
    const a = start('a');
    await fleet.clock.advance(30_000);
    lateMs = 60_000;
    const { sequenceNumber } = put('late');
    await fleet.clock.advance(300);
    const told = a.events.flatMap((event) => (event.type === 'watermark-overtaken' ? [event] : []));
    expect(told).toMatchObject([{ shardId: shard, records: 1, sequenceNumber }]);
    expect(told[0]?.byMs).toBeGreaterThanOrEqual(lateMs - idleAgeMs);
    expect(told[0]?.byMs).toBeLessThanOrEqual(lateMs - marginMs);
  });

  it.each([
    ['LATEST', 'LATEST' as const],
    ['a time', { timestamp: new Date(Date.UTC(2026, 0, 1, 0, 1)) }],
  ])('of a lease that starts at %s is of what is asked for', async (_, initialPosition) => {
    fleet = new Fleet(1);
    fleet.stream.put('before the start');
    await fleet.clock.advance(60_000);
    const processors = holding('a', { initialPosition });
    await fleet.clock.advance(20_000);
    expect(processors[0]?.given).toHaveLength(0);
    expect(ageMs()).toBeLessThanOrEqual(idleAgeMs);
    const { arrivalTimeMs } = fleet.stream.put('after');
    await fleet.clock.advance(20_000);
    expect(processors[0]?.given).toHaveLength(1);
    expect(watermark()).toBeLessThanOrEqual(arrivalTimeMs);
  });

  it('is not said to be too high by records from before LATEST, with which a reader begins again', async () => {
    fleet = new Fleet(1);
    const a = start('a', { initialPosition: 'LATEST' });
    fleet.stream.put('before the start');
    await fleet.clock.advance(20_000);
    fleet.stream.expireIterators();
    await fleet.clock.advance(20_000);
    expect(fleet.seen.map(({ record }) => record.partitionKey)).toEqual(['before the start']);
    expect(a.events.filter(({ type }) => type === 'watermark-overtaken')).toEqual([]);
  });

  it('advances with the heartbeats of enhanced fan-out, and with its records', async () => {
    fleet = new Fleet(1);
    start('a', { reading: { kind: 'fan-out' } });
    await fleet.clock.advance(30_000);
    // The heartbeat that confirms comes five seconds after the one before, which may have been made two looks earlier.
    const boundMs = marginMs + 1000 + 2 * 5000 + 2 * 500 + failoverTimeMs / 2;
    for (let minute = 0; minute < 6; minute += 1) {
      await fleet.clock.advance(60_000);
      expect(ageMs()).toBeGreaterThanOrEqual(marginMs);
      expect(ageMs()).toBeLessThanOrEqual(boundMs);
    }
    const { arrivalTimeMs } = fleet.stream.put('x');
    await fleet.clock.advance(1000);
    expect(watermark()).toBeGreaterThanOrEqual(arrivalTimeMs - marginMs);
  });
});
