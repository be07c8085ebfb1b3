import {
  createWorkerOn,
  type Clock,
  type KclEvent,
  type KinesisRecord,
  type LeaseStore,
  type RecordBatch,
  type ShardContext,
  type ShardProcessor,
  type Worker,
  type WorkerBehaviour,
} from '../../../../consumer/kcl';
import {
  InMemoryFanOut,
  InMemoryLeaseStore,
  InMemoryStream,
  VirtualClock,
  type InMemoryStreamOptions,
} from '../../../../consumer/kcl/testing';

/** Failover time of the fleets in these tests. */
export const failoverTimeMs = 2000;

/** What a processor saw, in order, over all workers. */
export interface Seen {
  readonly worker: string;
  readonly shardId: string;
  readonly record: KinesisRecord;
}

export interface Member {
  readonly worker: Worker;
  readonly events: KclEvent[];
  readonly clock: SwitchableClock;
  /** How `run` ended; undefined while it runs. */
  outcome: 'stopped' | { readonly error: unknown } | undefined;
  readonly contexts: ShardContext[];
}

/** A clock of one process that can be paused (its timers stand still, time goes on) or killed. */
export class SwitchableClock implements Clock {
  private gate: Promise<void> | undefined;
  private open: () => void = () => undefined;

  constructor(private readonly base: Clock) {}

  monotonicMs = (): number => this.base.monotonicMs();
  wallMs = (): number => this.base.wallMs();

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.base.sleep(ms, signal);
    await this.gate;
  }

  pause(): void {
    this.gate = new Promise((resolve) => (this.open = resolve));
  }

  resume(): void {
    this.gate = undefined;
    this.open();
  }

  /** Settles while the process is paused only when it goes on. */
  passed(): Promise<void> {
    return this.gate ?? Promise.resolve();
  }
}

/** Workers over one table and one stream in memory, in virtual time. */
export class Fleet {
  readonly clock = new VirtualClock();
  readonly leases = new InMemoryLeaseStore();
  readonly stream: InMemoryStream;
  readonly fanOut: InMemoryFanOut;
  readonly seen: Seen[] = [];
  readonly members: Member[] = [];

  constructor(
    shards: number,
    private readonly random: () => number = seeded(1),
    options: InMemoryStreamOptions = {},
  ) {
    this.stream = new InMemoryStream(this.clock, shards, options);
    this.fanOut = new InMemoryFanOut(this.clock, this.stream);
  }

  /** Starts a worker whose processor notes what it sees and checkpoints it. */
  start(
    workerId: string,
    behaviour: Partial<WorkerBehaviour> & { readonly store?: (inner: LeaseStore) => LeaseStore } = {},
  ): Member {
    const clock = new SwitchableClock(this.clock);
    const events: KclEvent[] = [];
    const contexts: ShardContext[] = [];
    const { store, ...rest } = behaviour;
    const paused = pausing(this.leases, clock);
    const worker = createWorkerOn(
      { leases: store?.(paused) ?? paused, stream: this.stream, fanOut: this.fanOut },
      {
        workerId,
        failoverTimeMs,
        shardSyncIntervalMs: 5000,
        idleReadIntervalMs: 500,
        processor: (context) => {
          contexts.push(context);
          return this.noting(workerId, context, clock);
        },
        clock,
        random: this.random,
        onEvent: (event) => events.push(event),
        ...rest,
      },
    );
    const member: Member = { worker, events, clock, contexts, outcome: undefined };
    this.members.push(member);
    worker.run().then(
      () => (member.outcome = 'stopped'),
      (error: unknown) => (member.outcome = { error }),
    );
    return member;
  }

  /** A processor that notes every record, then checkpoints the batch. */
  noting(worker: string, context: ShardContext, clock: SwitchableClock): ShardProcessor {
    return {
      process: async ({ records }: RecordBatch) => {
        await clock.passed();
        if (context.signal.aborted) {
          return;
        }
        this.seen.push(...records.map((record) => ({ worker, shardId: context.shardId, record })));
        const last = records.at(-1);
        if (last !== undefined) {
          await context.checkpointer.checkpoint(last);
        }
      },
      shardEnded: async () => undefined,
      handOver: async () => undefined,
      leaseLost: () => undefined,
    };
  }

  owner(shardId: string): string | undefined {
    return this.leases.row(shardId)?.['leaseOwner']?.S;
  }

  checkpoint(shardId: string): string | undefined {
    return this.leases.row(shardId)?.['checkpoint']?.S;
  }

  counter(shardId: string): number {
    return Number(this.leases.row(shardId)?.['leaseCounter']?.N);
  }

  loads(): readonly number[] {
    const open = this.stream.openShardIds;
    return this.members.map(({ worker }) => open.filter((id) => this.owner(id) === worker.workerId).length);
  }

  async stopAll(): Promise<void> {
    const stopped = this.members.map(({ worker }) => worker.stop({ graceMs: 1000 }));
    this.members.forEach(({ clock }) => clock.resume());
    await this.clock.advance(5000);
    await Promise.all(stopped);
  }
}

/** Calls of a paused process neither leave nor return. */
function pausing(store: LeaseStore, clock: SwitchableClock): LeaseStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      return typeof member !== 'function'
        ? member
        : async (...args: unknown[]) => {
            await clock.passed();
            const result: unknown = await Reflect.apply(member, target, args);
            await clock.passed();
            return result;
          };
    },
  });
}

/** A small generator of pseudo-random numbers (mulberry32): the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Partition keys, each another. */
export const keys = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `key-${from + i}`);

/** Every record was seen, and within a shard first sightings are in order. */
export function expectAllInOrder({ seen }: Fleet, count: number): void {
  const first = new Map<string, string>();
  for (const { shardId, record } of seen) {
    if (!first.has(record.sequenceNumber)) {
      first.set(record.sequenceNumber, shardId);
    }
  }
  expect(first.size).toBe(count);
  for (const shard of new Set(first.values())) {
    const numbers = [...first].filter(([, id]) => id === shard).map(([number]) => number);
    expect(numbers).toEqual([...numbers].sort());
  }
}
