import type { LedgerEntry } from '../../../../core/ledger';
import type { ShardProcessor, ShardProcessorFactory } from '../../../../consumer/kcl';
import { comparePositions } from '../../../../consumer/kcl/decisions/position';
import type { KinesisRecord } from '../../../../consumer/kcl/record';
import type { Machine } from '../../../../consumer/kcl/simulator/machine';
import type { ProcessorProps } from '../../../../consumer/kcl/simulator/processors';
import type { RunOptions } from '../../../../consumer/kcl/simulator/scenario';
import { Simulation, type RunResult } from '../../../../consumer/kcl/simulator/simulation';
import type { Workload, WorkloadWorld } from '../../../../consumer/kcl/simulator/workload';
import { createTelemetryProcessors } from '../../../../consumer/pipeline';
import type { DeliveryPort, PutOutcome } from '../../../../consumer/pipeline/delivery/delivery-port';
import type { DeviceStateStore, Unavailable } from '../../../../consumer/pipeline/device-state/device-state-store';
import { MemoryDeviceStateStore } from '../../../../consumer/pipeline/device-state/memory-device-state-store';
import { DeviceTraffic } from './device-traffic';
import { differencesFrom, Lake, quarantine, undisturbed } from './lake';
import { messagesOf, simulatedDomains, type SimulatedDomain } from './messages';

/** What a run came to, beside what the simulator says of the leases. */
export interface TelemetryResult extends RunResult {
  /** How the lake and the ledger differ from those of one worker that nothing befalls; empty when they do not. */
  readonly differences: readonly string[];
  /** Documents that were delivered again. */
  readonly repeated: number;
  readonly devicesStored: number;
  readonly devicesLoaded: number;
  /** Writes of device states that were refused. */
  readonly contested: number;
}

/** The service's own processors, in the simulator's world: its machines, its network, its faults. */
class TelemetryWorkload implements Workload {
  readonly traffic: DeviceTraffic;
  readonly lake = new Lake();
  readonly states = new MemoryDeviceStateStore();
  readonly ledger: LedgerEntry[] = [];
  readonly settleMs = 300_000;
  readonly counts = { stored: 0, loaded: 0, contested: 0 };
  private readonly factories = new Map<Machine, ShardProcessorFactory>();
  private readonly limits: { readonly rememberedDevices: number; readonly shardBufferBytes: number };
  private readonly checkpointIntervalMs: number;
  private fails: () => boolean = () => false;

  constructor(
    private readonly world: WorkloadWorld,
    private readonly domain: SimulatedDomain,
  ) {
    const { random } = world;
    // Few devices in memory, so that they come and go; and a buffer that is full now and then.
    this.limits = { rememberedDevices: random.pick([3, 6, 1_000]), shardBufferBytes: random.pick([2_000, 1_024_000]) };
    // Where nearly each message takes a checkpoint of its own, fewer can be dealt with.
    const pace = this.limits.rememberedDevices < 10 ? 3 : 0.5;
    this.traffic = new DeviceTraffic(world, messagesOf(domain, random.fork()), world.scenario.putEveryMs * pace);
    this.checkpointIntervalMs = random.pick([300, 1_500, 5_000]);
  }

  readonly processor = (props: ProcessorProps): ShardProcessor => {
    const { context, fails, given, hangsMs, machine, random } = props;
    const { book } = this.world;
    this.fails = fails;
    const handed: KinesisRecord[] = [];
    const inner = this.factoryOf(machine)({
      ...context,
      checkpointer: {
        checkpoint: (position) => {
          // What is checkpointed has been dealt with: the book holds the checkpoint to it.
          const covered = handed.findIndex((record) => comparePositions(record, position) > 0);
          book.deliver(context.shardId, handed.splice(0, covered < 0 ? handed.length : covered), machine.name);
          return context.checkpointer.checkpoint(position);
        },
      },
    }) as ShardProcessor;
    return {
      process: async (batch) => {
        given(batch.records);
        await machine.clock.sleep(hangsMs(), context.signal);
        if (fails()) {
          throw new Error('the processor was told to fail');
        }
        handed.push(...batch.records);
        await inner.process(batch);
        if (random.chance(0.2) && fails()) {
          throw new Error('the processor was told to fail afterwards');
        }
      },
      idle: async () => inner.idle?.(),
      shardEnded: () => inner.shardEnded(),
      handOver: () => inner.handOver(),
      leaseLost: () => inner.leaseLost(),
    };
  };

  private factoryOf(machine: Machine): ShardProcessorFactory {
    const known = this.factories.get(machine);
    if (known !== undefined) {
      return known;
    }
    const domain = simulatedDomains[this.domain];
    const made = createTelemetryProcessors({
      domain,
      deliveryStreams: Object.fromEntries(Object.keys(domain.tables).map((table) => [table, table])),
      quarantineStream: quarantine,
      delivery: this.delivery(machine),
      deviceStates: this.deviceStates(machine),
      flushIntervalMs: 300,
      checkpointIntervalMs: this.checkpointIntervalMs,
      clock: machine.clock,
      random: this.world.random.fork().next,
      nextTurn: () => Promise.resolve(),
      limits: this.limits,
      onEvent: (event) => {
        if (event.type === 'ledger') {
          this.ledger.push(event.entry);
        } else if (event.type === 'device-states-stored') {
          this.counts.stored += event.devices;
        } else if (event.type === 'device-states-loaded') {
          this.counts.loaded += event.devices;
        } else if (event.type === 'device-state-contested') {
          this.counts.contested += event.devices;
        }
      },
    });
    this.factories.set(machine, made);
    return made;
  }

  /** Firehose, as one machine reaches it. */
  private delivery(machine: Machine): DeliveryPort {
    const { isSinkFull, network } = this.world;
    const refused: PutOutcome = { type: 'unavailable', code: 'ServiceUnavailableException', message: 'slow down' };
    const options = { service: 'sink', name: 'put', timeoutMs: 5_000, throttled: () => refused } as const;
    return {
      put: (stream, records, signal) => {
        // Copied as they are sent: the buffers are used again.
        const copies = records.map((record) => Buffer.from(record));
        return network
          .request<PutOutcome>(machine, { ...options, signal }, async () => {
            if (isSinkFull()) {
              return refused;
            }
            copies.forEach((record) => this.lake.take(stream, record));
            return { type: 'answered', failed: [] };
          })
          .catch(unavailable);
      },
    };
  }

  /** The device state table, as one machine reaches it. What is on its way arrives, whoever has given it up. */
  private deviceStates(machine: Machine): DeviceStateStore {
    const { network } = this.world;
    const never = new AbortController().signal;
    const throttled = (): Unavailable => ({ type: 'unavailable', code: 'ThrottlingException', message: 'slow down' });
    const options = { service: 'table', timeoutMs: 2_000, throttled } as const;
    const ask = <Outcome>(name: string, signal: AbortSignal, effect: () => Promise<Outcome>): Promise<Outcome | Unavailable> =>
      network.request<Outcome | Unavailable>(machine, { ...options, name, signal }, effect).catch(unavailable);
    return {
      load: (ids, signal) => ask('load states', signal, () => this.states.load(ids, never)),
      store: (write, signal) =>
        this.world.random.chance(0.05) && this.fails()
          ? // A fault of the program, while other writes of the same processor are on their way.
            Promise.reject(new Error('the store was told to fail'))
          : ask('store state', signal, () => this.states.store(write, never)),
    };
  }
}

function unavailable(error: unknown): Unavailable {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { type: 'unavailable', code: name, message };
}

/** Plays one run of the service's processors through the faults that the seed stands for, and holds the lake to an undisturbed pass. */
export async function simulateTelemetry(domain: SimulatedDomain, options: RunOptions): Promise<TelemetryResult> {
  const made: { workload?: TelemetryWorkload } = {};
  const simulation = new Simulation(
    options,
    (world) => (made.workload = new TelemetryWorkload(world, domain)),
    (scenario) => ({
      ...scenario,
      initialPosition: 'TRIM_HORIZON',
      settings: { ...scenario.settings, maxProcessorFailures: 1_000 },
    }),
  );
  const result = await simulation.run();
  const { workload } = made;
  if (workload === undefined) {
    throw new Error('the simulation made no workload');
  }
  const { counts, lake, ledger, traffic } = workload;
  const expected = undisturbed(simulatedDomains[domain], traffic.put);
  return {
    ...result,
    differences: result.violation === undefined ? differencesFrom(expected, lake, ledger) : [],
    repeated: lake.repeated,
    devicesStored: counts.stored,
    devicesLoaded: counts.loaded,
    contested: counts.contested,
  };
}
