import fc from 'fast-check';
import {
  aggregate,
  comparePositions,
  createWorkerOn,
  RecordError,
  type DeadLetter,
  type KclEvent,
  type KinesisRecord,
  type RecordToPut,
  type ShardContext,
  type ShardProcessor,
  type WorkerBehaviour,
} from '../../../../../consumer/kcl';
import { InMemoryLeaseStore, InMemoryStream, VirtualClock } from '../../../../../consumer/kcl/testing';
import { Fleet, type Member } from '../../fleet/fleet';

const shardId = 'shardId-000000000000';

/** A fleet on one shard whose processors fail on the records with these keys. */
class Workshop {
  readonly fleet = new Fleet(1);
  readonly letters: DeadLetter[] = [];
  readonly delivered: string[] = [];
  /** Records that a checkpoint passed although they were neither delivered nor given up by then. */
  readonly passed: string[] = [];
  /** How the sink behaves. */
  sink: (letter: DeadLetter) => Promise<void> = async () => undefined;
  records: KinesisRecord[] = [];
  private readonly settled = new Set<string>();

  constructor(
    private readonly poisonous: (key: string) => boolean,
    private readonly fail: (record: KinesisRecord) => Error = ({ partitionKey }) => new TypeError(`cannot read ${partitionKey}`),
  ) {}

  put(keys: readonly string[]): void {
    for (const key of keys) {
      const { partitionKey, sequenceNumber, subSequenceNumber, data, arrivalTimeMs } = this.fleet.stream.put(key);
      this.records.push({ partitionKey, sequenceNumber, subSequenceNumber, data, arrivalTimeMs });
    }
  }

  start(behaviour: Partial<WorkerBehaviour> = {}): Member {
    const deadLetter = async (letter: DeadLetter): Promise<void> => {
      await this.sink(letter);
      this.settled.add(letter.record.partitionKey);
      this.letters.push(letter);
    };
    return this.fleet.start('a', {
      processor: (context) => this.direct(context),
      onRecordFailure: 'dead-letter',
      ...(behaviour.onRecordFailure === undefined && { deadLetter }),
      ...behaviour,
    });
  }

  /** Delivers each record, then checkpoints the batch. */
  direct(context: ShardContext): ShardProcessor {
    return {
      process: async ({ records }) => {
        records.forEach((record) => this.deliver(record));
        await this.checkpoint(context, records.at(-1) as KinesisRecord);
      },
      shardEnded: async () => undefined,
      handOver: async () => undefined,
      leaseLost: () => undefined,
    };
  }

  /** Keeps records back and delivers them when there are enough, when there is nothing else to do, and at the end. */
  buffering(context: ShardContext, atLeast: number, checkpoints = true): ShardProcessor {
    let buffer: KinesisRecord[] = [];
    const flush = async (): Promise<void> => {
      const [records, last] = [buffer, buffer.at(-1)];
      buffer = [];
      records.forEach((record) => this.deliver(record));
      if (last !== undefined && checkpoints) {
        await this.checkpoint(context, last);
      }
    };
    return {
      process: async ({ records }) => {
        buffer.push(...records);
        if (buffer.length >= atLeast) {
          await flush();
        }
      },
      idle: flush,
      shardEnded: flush,
      handOver: flush,
      leaseLost: () => undefined,
    };
  }

  get keys(): readonly string[] {
    return this.letters.map(({ record }) => record.partitionKey);
  }

  get stored(): string | undefined {
    return this.fleet.checkpoint(shardId);
  }

  /** Notes what the stored checkpoint passes over. */
  audit({ position }: Extract<KclEvent, { type: 'checkpoint-stored' }>): void {
    const covered = this.records.filter((record) => comparePositions(record, position) <= 0);
    this.passed.push(...covered.map(({ partitionKey }) => partitionKey).filter((key) => !this.settled.has(key)));
  }

  private deliver(record: KinesisRecord): void {
    if (this.poisonous(record.partitionKey)) {
      throw this.fail(record);
    }
    this.delivered.push(record.partitionKey);
    this.settled.add(record.partitionKey);
  }

  private async checkpoint(context: ShardContext, record: KinesisRecord): Promise<void> {
    await context.checkpointer.checkpoint(record);
  }
}

const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `k${i}`);
const of = <T extends KclEvent['type']>({ events }: Member, type: T): Extract<KclEvent, { type: T }>[] =>
  events.filter((event): event is Extract<KclEvent, { type: T }> => event.type === type);

describe('a record that the processor fails on', () => {
  let shop: Workshop;
  afterEach(() => shop.fleet.stopAll());

  it('is given up at once when the processor names it, after everything before it and before everything after it', async () => {
    shop = new Workshop(
      (key) => key === 'k3',
      (record) => new RecordError(record, 'schema-mismatch'),
    );
    shop.put(keys(8));
    const a = shop.start();
    await shop.fleet.clock.advance(1000);
    expect(shop.letters).toEqual([
      { shardId, record: shop.records[3], reason: 'schema-mismatch', error: expect.any(RecordError) as unknown, attempts: 1 },
    ]);
    expect([...new Set(shop.delivered)]).toEqual(keys(8).filter((key) => key !== 'k3'));
    expect(shop.stored).toBe(shop.records.at(-1)?.sequenceNumber);
    expect(of(a, 'record-dead-lettered')).toEqual([
      expect.objectContaining({ shardId, sequenceNumber: shop.records[3]?.sequenceNumber, reason: 'schema-mismatch' }),
    ]);
    expect(of(a, 'lease-released')).toEqual([]);
  });

  it('is found by halving, tried three times by itself, and then given up, while the shard goes on', async () => {
    shop = new Workshop((key) => key === 'k700');
    shop.put(keys(1000));
    const a = shop.start();
    await shop.fleet.clock.advance(20_000);
    expect(shop.letters).toEqual([expect.objectContaining({ reason: 'TypeError', attempts: 3, record: shop.records[700] })]);
    expect(new Set(shop.delivered).size).toBe(999);
    expect(shop.stored).toBe(shop.records.at(-1)?.sequenceNumber);
    expect(of(a, 'processor-failed')).toHaveLength(2);
    expect(of(a, 'records-divided').length).toBeLessThan(25);
    expect(of(a, 'record-retried').map(({ attempts }) => attempts)).toEqual([1, 2]);
    shop.put(['later']);
    await shop.fleet.clock.advance(2000);
    expect(shop.delivered.at(-1)).toBe('later');
  });

  it('is found in the buffer of a processor that fails only when it flushes', async () => {
    shop = new Workshop((key) => key === 'k17' || key === 'k31');
    shop.put(keys(60));
    shop.start({ maxRecordsPerRead: 7, processor: (context) => shop.buffering(context, 25) });
    await shop.fleet.clock.advance(60_000);
    expect(shop.keys).toEqual(['k17', 'k31']);
    expect(new Set(shop.delivered).size).toBe(58);
    expect(shop.stored).toBe(shop.records.at(-1)?.sequenceNumber);
  });

  it('does not keep those before it from being checkpointed when the processor itself never checkpoints', async () => {
    shop = new Workshop((key) => key === 'k5');
    shop.put(keys(10));
    shop.start({ processor: (context) => shop.buffering(context, 1, false) });
    await shop.fleet.clock.advance(30_000);
    expect(shop.keys).toEqual(['k5']);
    expect(new Set(shop.delivered).size).toBe(9);
  });

  it('is never passed by a checkpoint before the dead-letter sink has acknowledged it, however often that fails', async () => {
    shop = new Workshop((key) => key === 'k2');
    shop.put(keys(5));
    let failures = 0;
    shop.sink = async () => {
      failures += 1;
      if (failures <= 4) {
        throw new Error('the queue is not there');
      }
    };
    const a = shop.start();
    await shop.fleet.clock.advanceUntil(() => failures === 3, 30_000);
    expect(shop.stored).toBe(shop.records[1]?.sequenceNumber);
    await shop.fleet.clock.advance(30_000);
    expect(of(a, 'dead-letter-failed')).toHaveLength(4);
    expect(shop.keys).toEqual(['k2']);
    expect(shop.stored).toBe(shop.records.at(-1)?.sequenceNumber);
  });

  it('comes again at the next worker when the shard is drained before the sink has acknowledged it', async () => {
    shop = new Workshop((key) => key === 'k2');
    shop.put(keys(5));
    let up = false;
    shop.sink = () => (up ? Promise.resolve() : Promise.reject(new Error('the queue is not there')));
    const a = shop.start();
    await shop.fleet.clock.advanceUntil(() => of(a, 'dead-letter-failed').length > 0, 30_000);
    const stopped = a.worker.stop();
    await shop.fleet.clock.advance(100);
    await stopped;
    expect(shop.stored).toBe(shop.records[1]?.sequenceNumber);
    expect(of(a, 'lease-released')).toEqual([{ type: 'lease-released', shardId, reason: 'worker-stopped' }]);
    up = true;
    shop.start({ workerId: 'b' });
    await shop.fleet.clock.advance(60_000);
    expect(shop.keys).toEqual(['k2']);
    expect(new Set(shop.delivered).size).toBe(4);
  });

  it('is passed over with an event when the policy is to skip', async () => {
    shop = new Workshop(
      (key) => key === 'k1',
      (record) => new RecordError(record, 'too-old'),
    );
    shop.put(keys(3));
    const a = shop.start({ onRecordFailure: 'skip' });
    await shop.fleet.clock.advance(2000);
    expect(of(a, 'record-given-up')).toEqual([
      expect.objectContaining({ shardId, sequenceNumber: shop.records[1]?.sequenceNumber, reason: 'too-old' }),
    ]);
    expect([...new Set(shop.delivered)]).toEqual(['k0', 'k2']);
  });

  it('stops its shard when that is the policy, and nothing is given up', async () => {
    shop = new Workshop(
      (key) => key === 'k1',
      (record) => new RecordError(record, 'too-old'),
    );
    shop.put(keys(3));
    const a = shop.start({ onRecordFailure: 'stop-shard' });
    await shop.fleet.clock.advance(20_000);
    expect(of(a, 'lease-released')[0]).toMatchObject({ reason: 'processor-failing' });
    expect(of(a, 'record-given-up')).toEqual([]);
    expect(shop.stored).toBe('TRIM_HORIZON');
  });

  it('is one of ten at most that are given up in a row: when everything fails, it is not the records', async () => {
    shop = new Workshop(() => true);
    shop.put(keys(50));
    const a = shop.start();
    await shop.fleet.clock.advanceUntil(() => of(a, 'lease-released').length > 0, 120_000);
    expect(shop.keys).toEqual(keys(10));
    expect(of(a, 'lease-released')).toEqual([{ type: 'lease-released', shardId, reason: 'processor-failing' }]);
    expect(shop.stored).toBe(shop.records[9]?.sequenceNumber);
  });

  it('may be one of any number in a row when the processor names them', async () => {
    shop = new Workshop(
      (key) => key !== 'k49',
      (record) => new RecordError(record, 'unknown-device'),
    );
    shop.put(keys(50));
    const a = shop.start();
    await shop.fleet.clock.advance(3000);
    expect(shop.keys).toEqual(keys(49));
    expect(shop.delivered).toEqual(['k49']);
    expect(of(a, 'lease-released')).toEqual([]);
  });

  it('is not guessed at when the processor names one that it was not given', async () => {
    shop = new Workshop(
      (key) => key === 'k1',
      () => new RecordError({ sequenceNumber: '1', subSequenceNumber: 0 }, 'mistaken'),
    );
    shop.put(keys(3));
    shop.start();
    await shop.fleet.clock.advance(10_000);
    expect(shop.keys).toEqual(['k1']);
    expect(shop.letters[0]?.reason).toBe('RecordError');
    expect([...new Set(shop.delivered)]).toEqual(['k0', 'k2']);
  });

  it('cannot be named by anything but a sequence number', async () => {
    expect(() => new RecordError({ sequenceNumber: '0x1', subSequenceNumber: 0 }, 'odd')).toThrow(RangeError);
    shop = new Workshop(
      (key) => key === 'k1',
      () => new RecordError({ sequenceNumber: '0x1', subSequenceNumber: 0 }, 'odd'),
    );
    shop.put(keys(3));
    shop.start();
    await shop.fleet.clock.advance(10_000);
    expect(shop.keys).toEqual(['k1']);
    expect([...new Set(shop.delivered)]).toEqual(['k0', 'k2']);
  });

  it('is tried again, not given up, when it fails only for a while', async () => {
    let failures = 0;
    shop = new Workshop((key) => key === 'k1' && (failures += 1) <= 3);
    shop.put(keys(3));
    shop.start();
    await shop.fleet.clock.advance(10_000);
    expect(shop.letters).toEqual([]);
    expect([...new Set(shop.delivered)]).toEqual(keys(3));
  });

  it('is a user record alone, when it lies in an aggregate', async () => {
    shop = new Workshop(
      (key) => key === 'k3',
      (record) => new RecordError(record, 'schema-mismatch'),
    );
    const users = keys(6).map((partitionKey) => ({ partitionKey, explicitHashKey: '7', data: Buffer.from(partitionKey) }));
    const [put] = aggregate(users) as [RecordToPut];
    const { sequenceNumber } = shop.fleet.stream.put(put.partitionKey, put.data);
    const a = shop.start();
    await shop.fleet.clock.advance(2000);
    expect(of(a, 'record-dead-lettered')).toEqual([expect.objectContaining({ sequenceNumber, subSequenceNumber: 3 })]);
    expect([...new Set(shop.delivered)]).toEqual(['k0', 'k1', 'k2', 'k4', 'k5']);
  });

  it('costs no more calls than the shard allows, however many there are', async () => {
    shop = new Workshop(
      (key) => Number(key.slice(1)) % 3 === 0,
      (record) => new RecordError(record, 'schema-mismatch'),
    );
    shop.put(keys(60));
    const a = shop.start({ maxRecordsPerRead: 5 });
    await shop.fleet.clock.advance(30_000);
    expect(shop.keys).toHaveLength(20);
    expect(new Set(shop.delivered).size).toBe(40);
    expect(of(a, 'throttled')).toEqual([]);
  });

  it('does not end the work on a shard that ends', async () => {
    shop = new Workshop((key) => key === 'k4');
    shop.put(keys(5));
    shop.fleet.stream.split(shardId);
    const a = shop.start();
    await shop.fleet.clock.advance(10_000);
    expect(shop.keys).toEqual(['k4']);
    expect(of(a, 'shard-ended').map((event) => event.shardId)).toEqual([shardId]);
  });

  it('is settled, with all others, in whatever way the processor works and wherever the poison lies', async () => {
    const scenario = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      poison: fc.uniqueArray(fc.nat(59), { maxLength: 6 }),
      named: fc.boolean(),
      perRead: fc.constantFrom(1, 3, 20, 1000),
      buffer: fc.constantFrom(0, 1, 5, 40, 1000),
      checkpoints: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ count, poison, named, perRead, buffer, checkpoints }) => {
        const bad = new Set(poison.map((i) => `k${i}`));
        shop = new Workshop(
          (key) => bad.has(key),
          (record) => (named ? new RecordError(record, 'poison') : new TypeError('poison')),
        );
        shop.put(keys(count));
        const onEvent = (event: KclEvent): void => {
          if (event.type === 'checkpoint-stored') {
            shop.audit(event);
          }
        };
        const processor = (context: ShardContext): ShardProcessor =>
          buffer === 0 ? shop.direct(context) : shop.buffering(context, buffer, checkpoints);
        shop.start({ maxRecordsPerRead: perRead, processor, onEvent });
        await shop.fleet.clock.advance(90_000);
        expect(shop.passed).toEqual([]);
        expect(shop.keys).toEqual(keys(count).filter((key) => bad.has(key)));
        expect([...new Set(shop.delivered)]).toEqual(keys(count).filter((key) => !bad.has(key)));
        await shop.fleet.stopAll();
      }),
      { numRuns: 25 },
    );
  });
});

describe('a call to a processor that does not come back', () => {
  it('is told again and again, and its lease is kept', async () => {
    const fleet = new Fleet(1);
    const a = fleet.start('a', {
      processorSlowTimeMs: 5000,
      processor: () => ({
        process: () => new Promise(() => undefined),
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    fleet.stream.put('x');
    await fleet.clock.advance(17_000);
    const slow = of(a, 'processor-slow');
    expect(slow.map(({ during }) => during)).toEqual(['process', 'process', 'process']);
    expect(slow[0]?.pendingMs).toBeGreaterThanOrEqual(5000);
    expect(of(a, 'lease-lost')).toEqual([]);
    await fleet.stopAll();
  });
});

describe('the policy for record failures', () => {
  const make = (options: Partial<WorkerBehaviour>) => () => {
    const processor = () => Promise.reject(new Error('not called'));
    const stream = new InMemoryStream(new VirtualClock(), 1);
    return createWorkerOn({ leases: new InMemoryLeaseStore(), stream }, { processor, ...options });
  };

  it('needs a sink for dead letters, and refuses one that it would never use', () => {
    expect(make({ onRecordFailure: 'dead-letter' })).toThrow('onRecordFailure dead-letter needs deadLetter');
    expect(make({ onRecordFailure: 'skip', deadLetter: async () => undefined })).toThrow('nothing would be sent there');
    expect(make({ deadLetter: async () => undefined })).not.toThrow();
  });
});
