import { InMemoryLeaseStore } from '../in-memory/in-memory-lease-store';
import { InMemoryStream } from '../in-memory/in-memory-stream';
import { isShardEnd } from '../decisions/position';
import { tableTimeoutMs } from '../options';
import { Chaos } from './chaos';
import { checkpointOf } from './checkpoint-of';
import { checkEnd, foreignRow, unsettled, type EndState } from './end-state';
import { EventLog } from './event-log';
import { FaultTally, type FaultKind } from './faults';
import { Fleet } from './fleet';
import { HandOffWatch } from './hand-off-watch';
import type { Violation } from './invariants';
import { Judge } from './judge';
import { startWallMs, type Machine } from './machine';
import { Network, requestFaults } from './network';
import { processorOf } from './processors';
import { Producer } from './producer';
import { RecordBook } from './record-book';
import { scenarioOf, type RunOptions, type Scenario } from './scenario';
import { Scheduler } from './scheduler';
import { SeededRandom } from './seeded-random';
import { Sink } from './sink';
import { TableInspector, unknownAttribute } from './table-inspector';
import { idleWatermarkMs, WatermarkWatch } from './watermark-watch';
import type { Traffic, WorkloadFactory } from './workload';

/** What a run came to. */
export interface RunResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  /** The last events, oldest first; only when there is a violation. */
  readonly tail: readonly string[];
  /** Of all events: the same seed gives the same hash. */
  readonly hash: string;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly simulatedMs: number;
  readonly records: number;
  readonly duplicates: number;
  readonly takes: number;
  /** Leases that their holders finished and released to the worker that had asked. */
  readonly handOffs: number;
  readonly requests: number;
}

/** A fleet must have settled this many failover times after the last fault, the waits that its settings ask for aside. */
const settleFailovers = 60;
/** And must then stay as it is for this many. */
const quietFailovers = 10;

/** One run: a fleet, its stream and its table, from the first worker's start to the last one's end. */
export class Simulation {
  readonly scheduler = new Scheduler();
  readonly table = new InMemoryLeaseStore();
  readonly scenario: Scenario;
  readonly stream: InMemoryStream;
  readonly log: EventLog;
  readonly tally = new FaultTally();
  readonly judge: Judge;
  readonly book: RecordBook;
  readonly network: Network;
  readonly inspector: TableInspector;
  readonly handOffs: HandOffWatch;
  readonly watermarks: WatermarkWatch;
  readonly fleet: Fleet;
  private readonly sink: Sink;
  private readonly chaos: Chaos;
  private readonly producer: Traffic;
  private readonly settleMs: number;
  private readonly random: SeededRandom;
  private readonly tears = { scan: 0, listing: 0 };

  /**
   * @param workload - what is put and what the workers do with it. @default the simulator's own
   * @param adapted - the scenario that the seed draws, adapted to the workload. @default as it is
   */
  constructor(options: RunOptions, workload?: WorkloadFactory, adapted: (drawn: Scenario) => Scenario = (drawn) => drawn) {
    const random = new SeededRandom(options.seed);
    this.random = random;
    this.scenario = adapted(scenarioOf(options, random));
    const { scenario, scheduler, table, tally, tears } = this;
    const nowMs = (): number => scheduler.nowMs;
    this.judge = new Judge(nowMs);
    this.log = new EventLog(options.tail ?? 60, nowMs);
    this.book = new RecordBook(this.judge);
    const streamClock = {
      monotonicMs: nowMs,
      wallMs: () => startWallMs + scheduler.nowMs,
      sleep: () => Promise.reject(new Error('the stream does not sleep')),
    };
    const ofStamps = new SeededRandom(~options.seed);
    this.stream = new InMemoryStream(streamClock, scenario.shards, {
      stampedEarlierMs: () => ofStamps.between(0, scenario.stampedEarlierMs),
      hostAheadMs: () => ofStamps.between(0, scenario.hostAheadMs),
      tellsEndLater: scenario.tellsEndLater,
    });
    this.network = new Network(
      scheduler,
      random.fork(),
      tally,
      this.log,
      scenario.latencyMs,
      2 * scenario.settings.failoverTimeMs,
    );
    this.sink = new Sink(this.network, this.book, tally, this.log);
    const { book, judge, log, network, sink, stream } = this;
    const { failoverTimeMs, readerStallTimeMs } = scenario.settings;
    this.handOffs = new HandOffWatch(judge, {
      nowMs,
      failoverTimeMs,
      handOffTimeoutMs: scenario.settings.handOffTimeoutMs,
      // A request is given up after one failover time, and may have to be repeated.
      slackMs: requestFaults.some((fault) => scenario.faults.has(fault)) ? 4 * failoverTimeMs : failoverTimeMs / 2,
      undisturbedSinceMs: () => this.undisturbedSinceMs(),
      isBusy: (machine, leaseKey) => this.isBusy(machine, leaseKey),
    });
    this.watermarks = new WatermarkWatch(judge, book, {
      row: (leaseKey) => table.row(leaseKey),
      childrenOf: (shardId) => stream.childrenOf(shardId),
      parentsOf: (shardId) => stream.parentsOf(shardId),
    });
    this.inspector = new TableInspector(
      judge,
      book,
      {
        nowMs,
        row: (leaseKey) => table.row(leaseKey),
        childrenOf: (shardId) => stream.childrenOf(shardId),
        worksOn: (owner, leaseKey) => this.worksOn(owner, leaseKey),
        readerStallTimeMs,
        renewIntervalMs: failoverTimeMs / 3,
        mayExpire: (machine) => this.mayExpire(machine),
      },
      this.handOffs,
      this.watermarks,
    );
    const { inspector, watermarks } = this;
    const isSinkFull = (): boolean => sink.full;
    const own = workload?.({ book, network, scenario, scheduler, stream, watermarks, isSinkFull, random: random.fork() });
    this.fleet = new Fleet({
      ...{ book, inspector, judge, log, network, scheduler, sink, stream, table, tally, tears },
      random: random.fork(),
      settings: scenario.settings,
      style: scenario.style,
      initialPosition: scenario.initialPosition,
      wallSkewMs: scenario.wallSkewMs,
      tableTimeoutMs: tableTimeoutMs(failoverTimeMs),
      listing: { shards: undefined },
      onIterator: (shardId, type) => this.onIterator(shardId, type),
      processorOf: own?.processor ?? processorOf,
      processorFails: () => this.chaos.processorFails(),
      processorHangsMs: () => this.chaos.processorHangsMs(),
    });
    this.settleMs = own?.settleMs ?? 0;
    const { fleet } = this;
    this.chaos = new Chaos({
      ...{ fleet, log, network, scenario, scheduler, sink, stream, tally, tears },
      random: random.fork(),
      isDone: (shardId) => this.isDone(shardId),
    });
    this.producer = own?.traffic ?? new Producer({ book, random: random.fork(), scenario, scheduler, stream, watermarks });
  }

  async run(): Promise<RunResult> {
    try {
      this.putForeignRow();
      this.watchHandOffs();
      await this.begin();
      await this.pass(this.scenario.activeMs);
      await this.calmDown();
      checkEnd(this.judge, this.endState, this.producer.misplaced);
      this.watermarks.checkEnd(this.stream.openShardIds, this.scheduler.nowMs, idleWatermarkMs(this.scenario.settings));
      await this.stopAll();
    } catch (error: unknown) {
      if (this.judge.violation === undefined) {
        throw error;
      }
    }
    const { book, inspector, judge, log, network, scheduler, tally } = this;
    return {
      seed: this.scenario.seed,
      violation: judge.violation?.told,
      tail: judge.violation === undefined ? [] : log.tail(),
      hash: log.hash,
      faults: tally.counts,
      simulatedMs: scheduler.nowMs,
      records: book.deliveries - book.duplicates,
      duplicates: book.duplicates,
      takes: inspector.takes,
      handOffs: this.handOffs.released,
      requests: network.requests,
    };
  }

  private async begin(): Promise<void> {
    const { chaos, fleet, producer, scenario, scheduler } = this;
    for (let i = 0; i < scenario.workers; i += 1) {
      scheduler.after(this.random.between(0, scenario.startSpreadMs), () => void fleet.start());
    }
    if (scenario.initialPosition === 'LATEST') {
      // What comes before a shard's lease is not asked for, so nothing does.
      await this.pass(10_000, () => this.stream.openShardIds.every((id) => this.table.row(id) !== undefined));
    }
    producer.start();
    chaos.start();
  }

  private watchHandOffs(): void {
    this.scheduler.after(this.scenario.settings.failoverTimeMs, () => {
      if (this.judge.violation === undefined) {
        this.handOffs.check();
        this.watchHandOffs();
      }
    });
  }

  /** Lets time pass. @throws InvariantViolation as soon as there is one */
  private async pass(ms: number, enough: () => boolean = () => false): Promise<void> {
    const { judge, scheduler } = this;
    await scheduler.runUntil(scheduler.nowMs + ms, () => judge.violation !== undefined || enough());
    if (judge.violation !== undefined) {
      throw judge.violation;
    }
  }

  private async calmDown(): Promise<void> {
    const { chaos, fleet, inspector, judge, log, producer, scenario, scheduler } = this;
    const { failoverTimeMs, graceMs, readerStallTimeMs, shardSyncIntervalMs } = scenario.settings;
    log.add('world', 'calms down');
    chaos.end();
    producer.stop();
    if (fleet.staying.length === 0) {
      fleet.start();
    }
    producer.putEverywhere();
    const limitMs =
      scheduler.nowMs +
      settleFailovers * failoverTimeMs +
      readerStallTimeMs +
      4 * shardSyncIntervalMs +
      graceMs +
      this.settleMs +
      60_000;
    let quiet = 0;
    let { takes } = inspector;
    while (quiet < quietFailovers) {
      if (scheduler.nowMs > limitMs) {
        const left = unsettled(this.endState);
        judge.violated(left?.invariant ?? 'balance', left?.message ?? 'leases still move though nothing happens');
      }
      await this.pass(failoverTimeMs);
      quiet = unsettled(this.endState) === undefined && takes === inspector.takes ? quiet + 1 : 0;
      takes = inspector.takes;
    }
  }

  /** The whole fleet is told to stop at once. */
  private async stopAll(): Promise<void> {
    const { fleet, judge, scenario } = this;
    const { failoverTimeMs, graceMs } = scenario.settings;
    fleet.members.forEach((member) => fleet.stop(member));
    await this.pass(graceMs + 2 * failoverTimeMs, () => fleet.members.length === 0);
    await this.pass(10);
    const held = this.stream.openShardIds.find((id) => this.table.row(id)?.['leaseOwner'] !== undefined);
    if (held !== undefined) {
      judge.violated('orderly-end', `the fleet has stopped, and the lease of ${held} was not given back`);
    }
  }

  private putForeignRow(): void {
    this.table.putRow(foreignRow);
    this.inspector.onCreated = (leaseKey) => {
      const row = this.table.row(leaseKey);
      if (row !== undefined && this.random.chance(0.5)) {
        this.table.putRow({ ...row, [unknownAttribute]: { S: `of ${leaseKey}` } });
      }
    };
  }

  private get endState(): EndState {
    const { book, fleet, stream, table } = this;
    return { book, fleet, stream, table, isDone: (shardId) => this.isDone(shardId) };
  }

  private isDone(shardId: string): boolean {
    const row = this.table.row(shardId);
    return row === undefined ? this.inspector.wasLeased(shardId) : isShardEnd(checkpointOf(row));
  }

  private worksOn(owner: string, leaseKey: string): boolean {
    const { fleet, scenario, scheduler } = this;
    const member = fleet.named(owner);
    if (member === undefined || !member.machine.running) {
      return false;
    }
    const { lastSuspendedMs, resumedMs } = member.machine;
    // A machine cannot know what its clock did not count; one that goes on this very moment has not had its turn yet.
    const excused = scheduler.nowMs - lastSuspendedMs < 2 * scenario.settings.failoverTimeMs || resumedMs === scheduler.nowMs;
    return !excused && member.contexts.get(leaseKey)?.signal.aborted === false;
  }

  /** Whether so much befell the worker that its lease may have run out. */
  private mayExpire(machine: Machine): boolean {
    const { failoverTimeMs } = this.scenario.settings;
    const { nowMs } = this.scheduler;
    // Below two seconds the waits between tries, which are of a fixed length, leave too little.
    const isShort = failoverTimeMs < 2000;
    const isDisturbed = nowMs - machine.disturbedMs < 2 * failoverTimeMs;
    return isShort || isDisturbed || this.network.troubles(machine, nowMs - failoverTimeMs) > 1;
  }

  private isBusy(machine: Machine, leaseKey: string): boolean {
    const member = this.fleet.members.find((each) => each.machine === machine);
    return member?.busy.has(leaseKey) === true && member.contexts.get(leaseKey)?.signal.aborted === false;
  }

  private undisturbedSinceMs(): number | undefined {
    const able = this.fleet.staying.filter(({ machine }) => machine.running);
    return able.length === 0 ? undefined : Math.max(...this.fleet.members.map(({ machine }) => machine.disturbedMs));
  }

  /** An application that starts at the tip, or at a time, need not see what came before. */
  private onIterator(shardId: string, type: string): void {
    const word = this.table.row(shardId)?.['checkpoint']?.S;
    const { initialPosition } = this.scenario;
    if (word === 'LATEST' && type === 'LATEST') {
      this.book.startAt(shardId, 'tip');
    } else if (word === 'AT_TIMESTAMP' && typeof initialPosition !== 'string') {
      this.book.startAt(shardId, initialPosition.timestamp.getTime());
    }
  }
}

/** Plays one run. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  return new Simulation(options).run();
}
