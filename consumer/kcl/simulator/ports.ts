import type { InMemoryLeaseStore } from '../in-memory/in-memory-lease-store';
import type { InMemoryStream } from '../in-memory/in-memory-stream';
import type { Lease } from '../decisions/lease';
import type { Shard } from '../decisions/shard-graph';
import type { LeaseList, LeaseStore } from '../ports/lease-store';
import type { IteratorResult, RecordsResult, StreamApi } from '../ports/stream-api';
import type { EventLog } from './event-log';
import type { FaultTally } from './faults';
import { startWallMs, type Machine } from './machine';
import { NetworkError, type Network } from './network';
import type { PendingRead } from './pending-read';
import type { Scheduler } from './scheduler';
import type { SeededRandom } from './seeded-random';
import type { TableInspector } from './table-inspector';

export interface PortsProps {
  readonly table: InMemoryLeaseStore;
  readonly stream: InMemoryStream;
  readonly network: Network;
  readonly scheduler: Scheduler;
  readonly inspector: TableInspector;
  readonly random: SeededRandom;
  readonly tally: FaultTally;
  readonly log: EventLog;
  /** A request to the table is given up after this long, as the adapter does. */
  readonly tableTimeoutMs: number;
  /** How likely a scan is torn, and a listing of shards old; 0 … 1. */
  readonly tears: { scan: number; listing: number };
  /** The last time that shards were listed, for all machines. */
  readonly listing: { shards: readonly Shard[] | undefined };
  readonly onIterator: (shardId: string, type: string) => void;
}

type Method = (...args: unknown[]) => Promise<unknown>;

const readMethods = new Set(['open', 'list', 'get']);

/** The lease table as one machine reaches it. */
export function leaseStoreOf(props: PortsProps, machine: Machine, reading: ReadonlyMap<string, PendingRead>): LeaseStore {
  const { inspector, network, tableTimeoutMs } = props;
  const throttled = (): never => {
    throw new NetworkError('ThrottlingException', 'the table is asked too often');
  };
  return new Proxy(props.table, {
    get: (table, name): unknown => {
      const member: unknown = Reflect.get(table, name);
      if (typeof member !== 'function' || typeof name !== 'string') {
        return member;
      }
      return (...args: unknown[]) => {
        inspector.requests[name === 'list' ? 'scans' : readMethods.has(name) ? 'gets' : 'writes'] += 1;
        const [seen, write] = args as [Lease | undefined, { readonly kind?: string } | undefined];
        if (name === 'write' && write?.kind === 'renew' && seen !== undefined) {
          inspector.renewing(machine, seen.leaseKey, reading.get(seen.leaseKey));
        }
        return network.request(machine, { service: 'table', name, timeoutMs: tableTimeoutMs, throttled }, () =>
          name === 'list' ? scan(props, machine) : observed(props, machine, name, member as Method, args),
        );
      };
    },
  });
}

async function observed(props: PortsProps, machine: Machine, name: string, method: Method, args: unknown[]): Promise<unknown> {
  const { inspector, log, table } = props;
  const [subject] = args;
  const leaseKey = typeof subject === 'string' ? subject : (subject as Lease | undefined)?.leaseKey;
  if (readMethods.has(name) || leaseKey === undefined) {
    return Reflect.apply(method, table, args);
  }
  const before = table.row(leaseKey);
  const result: unknown = await Reflect.apply(method, table, args);
  const after = table.row(leaseKey);
  const { kind } = (args[1] ?? {}) as { readonly kind?: string };
  if (before !== after) {
    const counter = after?.['leaseCounter']?.N ?? '-';
    const owner = after?.['leaseOwner']?.S ?? '-';
    const reader = after?.['checkpointOwner']?.S;
    const checkpoint = after?.['checkpoint']?.S?.slice(-12) ?? '-';
    const watermark = after?.['arrivalWatermark']?.N;
    log.add(
      machine.name,
      `${kind ?? name} ${leaseKey.slice(-4)}: counter ${counter}, owner ${owner}${reader === undefined ? '' : ` (read by ${reader})`}, at ${checkpoint}${watermark === undefined ? '' : `, complete until ${Number(watermark) - startWallMs}`}`,
    );
    const seenCounter = typeof subject === 'string' || name === 'create' ? undefined : (subject as Lease).counter;
    inspector.changed({ machine, method: kind ?? name, seenCounter, leaseKey, before, after });
  } else {
    log.add(machine.name, `${kind ?? name} ${leaseKey.slice(-4)}: refused`);
  }
  return result;
}

/** A scan reads one page after another: rows of the last page may be younger than those of the first. */
async function scan({ log, random, scheduler, table, tally, tears }: PortsProps, machine: Machine): Promise<LeaseList> {
  const first = await table.list();
  if (!random.chance(tears.scan)) {
    return first;
  }
  tally.add('torn-scan');
  log.add(machine.name, 'table list: torn-scan');
  const border = first.leases[random.integer(0, Math.max(0, first.leases.length - 1))]?.leaseKey ?? '';
  await new Promise<void>((resolve) => void scheduler.after(random.between(5, 500), resolve));
  const second = await table.list();
  return {
    ...first,
    leases: [
      ...first.leases.filter(({ leaseKey }) => leaseKey <= border),
      ...second.leases.filter(({ leaseKey }) => leaseKey > border),
    ],
  };
}

/** The stream as one machine reaches it. `stuck` says whether reads of a shard never come back. */
export function streamApiOf(
  props: PortsProps,
  machine: Machine,
  reading: Map<string, PendingRead>,
  stuck: (shardId: string) => boolean,
): StreamApi {
  const { network, scheduler, stream } = props;
  const track = async <T>(shardId: string, call: () => Promise<T>): Promise<T> => {
    const pending = { sinceMs: scheduler.nowMs, pauses: machine.pauses };
    reading.set(shardId, pending);
    try {
      return await call();
    } finally {
      if (reading.get(shardId) === pending) {
        reading.delete(shardId);
      }
    }
  };
  return {
    listShards: (signal) =>
      network.request(
        machine,
        {
          service: 'stream',
          name: 'listShards',
          timeoutMs: 30_000,
          signal,
          throttled: () => {
            throw new NetworkError('ThrottlingException', 'shards are listed too often');
          },
        },
        () => listing(props, machine),
      ),
    getIterator: (shardId, from, signal) =>
      track(shardId, () =>
        network.request<IteratorResult>(
          machine,
          { service: 'stream', name: 'getIterator', timeoutMs: 30_000, signal, throttled: () => ({ kind: 'throttled' }) },
          () => {
            props.onIterator(shardId, from.type);
            return stream.getIterator(shardId, from);
          },
        ),
      ),
    getRecords: (iterator, limit, signal) => {
      const shardId = stream.shardOf(iterator);
      return track(shardId, () =>
        stuck(shardId)
          ? hang(signal)
          : network.request<RecordsResult>(
              machine,
              { service: 'stream', name: 'getRecords', timeoutMs: undefined, signal, throttled: () => ({ kind: 'throttled' }) },
              () => stream.getRecords(iterator, limit),
            ),
      );
    },
  };
}

/** Never answers. */
function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

async function listing(props: PortsProps, machine: Machine): Promise<readonly Shard[]> {
  const { listing: last, log, random, stream, tally, tears } = props;
  if (last.shards !== undefined && random.chance(tears.listing)) {
    tally.add('stale-listing');
    log.add(machine.name, 'stream listShards: stale-listing');
    return last.shards;
  }
  last.shards = await stream.listShards();
  return last.shards;
}
