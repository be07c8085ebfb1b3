import { createWorkerOn } from '../create-worker';
import type { KclEvent } from '../events';
import type { WorkerSettings } from '../options';
import type { KinesisRecord } from '../record';
import type { ShardContext, ShardProcessor } from '../shard-processor';
import type { Worker } from '../worker';
import type { InitialPosition } from '../create-worker';
import type { EventLog } from './event-log';
import type { Judge } from './judge';
import { Machine } from './machine';
import type { Network } from './network';
import type { PendingRead } from './pending-read';
import { leaseStoreOf, streamApiOf, type PortsProps } from './ports';
import type { ProcessorProps, ProcessorStyle } from './processors';
import type { RecordBook } from './record-book';
import type { Scheduler } from './scheduler';
import type { SeededRandom } from './seeded-random';
import type { Sink } from './sink';
import type { TableInspector } from './table-inspector';

export interface FleetProps extends PortsProps {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: SeededRandom;
  readonly judge: Judge;
  readonly log: EventLog;
  readonly book: RecordBook;
  readonly sink: Sink;
  readonly inspector: TableInspector;
  readonly settings: Partial<WorkerSettings> & Pick<WorkerSettings, 'failoverTimeMs' | 'graceMs'>;
  readonly style: ProcessorStyle;
  readonly initialPosition: InitialPosition;
  /** How far a wall clock may be off, in milliseconds. */
  readonly wallSkewMs: number;
  readonly processorOf: (props: ProcessorProps) => ShardProcessor;
  /** Whether a call to a processor is to fail just now. */
  readonly processorFails: () => boolean;
  /** How much longer than usual a call to a processor takes just now, in milliseconds. */
  readonly processorHangsMs: () => number;
}

/** One worker in its process. */
export interface Member {
  readonly machine: Machine;
  readonly worker: Worker;
  /** What it works on, by shard. */
  readonly contexts: Map<string, ShardContext>;
  readonly reading: Map<string, PendingRead>;
  /** Shards whose reads by this worker hang. */
  readonly stuck: Set<string>;
  /** Shards with a batch in work. */
  readonly busy: Set<string>;
  stopping: boolean;
}

/** A stop may take this much longer than its grace: requests are on their way, and timers run in turn. Milliseconds. */
const stopToleranceMs = 1000;

/** Starts, stops and kills workers. */
export class Fleet {
  private readonly present = new Set<Member>();
  private started = 0;
  /** Over all workers. */
  recordsGiven = 0;
  /** User records that workers say they left out. */
  recordsSkipped = 0;

  constructor(private readonly props: FleetProps) {}

  /** Workers whose process exists, those that are paused or stopping among them. */
  get members(): readonly Member[] {
    return [...this.present];
  }

  /** Workers that were not told to stop. */
  get staying(): readonly Member[] {
    return this.members.filter(({ stopping }) => !stopping);
  }

  named(name: string): Member | undefined {
    return this.members.find(({ machine }) => machine.name === name);
  }

  /** @param name - of a worker that is gone; default: a new one */
  start(name?: string): Member {
    const { initialPosition, log, random, scheduler, settings, wallSkewMs } = this.props;
    this.started += 1;
    const machine = new Machine(scheduler, name ?? `w${this.started}`, {
      originMs: Math.floor(random.between(0, 1e9)),
      wallSkewMs: Math.floor(random.between(-1, 1) * wallSkewMs),
      rate: 1 + random.between(-2e-4, 2e-4),
    });
    const contexts = new Map<string, ShardContext>();
    const reading = new Map<string, PendingRead>();
    const stuck = new Set<string>();
    const worker = createWorkerOn(
      {
        leases: leaseStoreOf(this.props, machine, reading),
        stream: streamApiOf(this.props, machine, reading, (shardId) => stuck.has(shardId)),
      },
      {
        ...settings,
        workerId: machine.name,
        initialPosition,
        clock: machine.clock,
        random: random.fork().next,
        processor: (context) => this.processor(member, context),
        onEvent: (event) => this.heard(machine, event),
      },
    );
    const member: Member = { machine, worker, contexts, reading, stuck, busy: new Set(), stopping: false };
    this.present.add(member);
    log.add(machine.name, 'starts');
    worker.run().then(
      () => this.ended(member, undefined),
      (error: unknown) => this.ended(member, error),
    );
    return member;
  }

  /** Tells a worker to stop in good order. */
  stop(member: Member): void {
    const { judge, log, scheduler, settings } = this.props;
    const { machine } = member;
    if (member.stopping) {
      return;
    }
    member.stopping = true;
    log.add(machine.name, 'is told to stop');
    machine.enter(() => void member.worker.stop());
    const { pauses } = machine;
    const wasRunning = machine.running;
    scheduler.after(settings.graceMs + stopToleranceMs, () => {
      if (this.present.has(member) && wasRunning && machine.pauses === pauses) {
        judge.violated('orderly-end', `${machine.name} has not stopped within its grace of ${settings.graceMs} ms`);
      }
    });
  }

  /** The process is gone without a word. */
  kill(member: Member): void {
    this.props.log.add(member.machine.name, 'crashes');
    member.machine.kill();
    this.present.delete(member);
  }

  private ended(member: Member, error: unknown): void {
    const { judge, log, scheduler } = this.props;
    const { machine } = member;
    log.add(machine.name, error === undefined ? 'has ended' : `has ended: ${describe(error)}`);
    this.present.delete(member);
    machine.kill();
    if (error !== undefined || !member.stopping) {
      judge.violated('orderly-end', `${machine.name} ended by itself: ${describe(error)}`);
    }
    scheduler.after(1, () => {
      if (machine.sleepers > 0) {
        judge.violated('orderly-end', `${machine.name} has ended, and ${machine.sleepers} timers of it are left`);
      }
    });
  }

  private heard(machine: Machine, event: KclEvent): void {
    const { inspector, log } = this.props;
    if (event.type !== 'batch-processed') {
      const shard = 'shardId' in event ? ` ${event.shardId.slice(-4)}` : '';
      const reason = 'reason' in event ? ` ${JSON.stringify(event.reason)}` : '';
      const error = 'error' in event ? `: ${describe(event.error)}` : '';
      log.add(machine.name, `${event.type}${shard}${reason}${error}`);
    }
    if (event.type === 'user-records-skipped') {
      this.recordsSkipped += event.records;
    }
    inspector.heard(machine, event);
  }

  private processor(member: Member, context: ShardContext): ShardProcessor {
    const { book, inspector, processorFails, processorHangsMs, processorOf, random, sink, stream, style } = this.props;
    const { machine } = member;
    const { shardId } = context;
    member.contexts.set(shardId, context);
    inspector.created(machine, shardId, context.fencingToken);
    const parents = stream.parentsOf(shardId);
    let next: number | undefined;
    const processor = processorOf({
      machine,
      context,
      style,
      random: random.fork(),
      fails: processorFails,
      hangsMs: processorHangsMs,
      given: (records: readonly KinesisRecord[]) => {
        this.recordsGiven += records.length;
        this.props.log.add(machine.name, `is given ${records.length} of ${shardId.slice(-4)}`);
        inspector.given(machine, shardId, parents);
        next = book.given(shardId, records, next, machine.name);
      },
      deliver: (records) => sink.deliver(machine, shardId, records),
    });
    const process = processor.process.bind(processor);
    processor.process = async (batch) => {
      member.busy.add(shardId);
      try {
        await process(batch);
      } finally {
        member.busy.delete(shardId);
      }
    };
    return processor;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}
