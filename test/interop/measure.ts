import { setTimeout as sleep } from 'node:timers/promises';
import { audit } from '../chaos/kit/audit';
import type { CountingProxy, OperationCount } from '../chaos/kit/counting-proxy';
import { findMoves, spread, type Spread } from '../chaos/kit/gaps';
import { waitFor } from '../chaos/kit/wait';
import type { WorkerProcess } from '../chaos/kit/worker-process';
import { createLeaseTable } from './dynamodb-local';
import type { Fleet, WorkerKind } from './fleet';

/** Requests to DynamoDB, and the capacity units that they consumed, per shard and hour, by two workers that have nothing to read. */
export interface TableUse {
  readonly readRequests: number;
  readonly readUnits: number;
  readonly writeRequests: number;
  readonly writeUnits: number;
}

export interface HandOffFigures {
  readonly kind: WorkerKind;
  readonly shards: number;
  readonly failoverMs: number;
  /** Without processing, per shard that moved. */
  readonly cleanStop: Spread | undefined;
  readonly kill: Spread | undefined;
  /** Records that were processed by both workers. */
  readonly repeated: { readonly cleanStop: number; readonly kill: number };
  readonly lost: number;
  readonly idleTableUsePerShardHour: TableUse;
}

/** How long the table's use is counted, in milliseconds. */
const countMs = 60_000;

/**
 * What two workers of one kind do when the other is stopped or killed, and what they ask of the lease table when they are left alone.
 */
export async function measureHandOff(
  fleet: Fleet,
  kind: WorkerKind,
  proxy: CountingProxy,
  onStep: (text: string) => void,
): Promise<HandOffFigures> {
  const timeoutMs = 300_000;
  await createLeaseTable(fleet.dynamodb, fleet.props.name);
  const first = fleet.start(kind);
  onStep(`one worker has all shards: ${secondsOf(await fleet.balanced([first], timeoutMs))}`);
  const second = fleet.start(kind);
  onStep(`two share them: ${secondsOf(await fleet.balanced([first, second], timeoutMs))}`);

  await sleep(2 * fleet.props.failoverMs, undefined, { signal: fleet.props.signal });
  const before = proxy.counts();
  await sleep(countMs, undefined, { signal: fleet.props.signal });
  const shards = (await fleet.resharding.open()).length;
  const use = tableUse(before, proxy.counts(), fleet.props.name, shards);
  onStep(`table counted: ${JSON.stringify(use)}`);

  fleet.producer.start();
  await sleep(2 * fleet.props.failoverMs, undefined, { signal: fleet.props.signal });
  await fleet.stop(first);
  onStep(`the first is stopped, the second has all: ${secondsOf(await read(fleet, second, timeoutMs))}`);
  const third = fleet.start(kind);
  onStep(`another joins: ${secondsOf(await fleet.balanced([second, third], timeoutMs))}`);
  await sleep(2 * fleet.props.failoverMs, undefined, { signal: fleet.props.signal });
  await fleet.kill(third);
  onStep(`it is killed, the second has all: ${secondsOf(await read(fleet, second, timeoutMs))}`);
  await fleet.producer.stop();
  await fleet.drained();
  await fleet.stop(second);

  const sessions = fleet.sessions();
  const moves = findMoves(sessions, fleet.actions);
  const of = (cause: 'stop' | 'kill') => moves.filter((move) => move.cause === cause);
  const { violations } = audit({ sent: fleet.producer.sent, sessions, shards: await fleet.resharding.lineage() });
  const repeated = (cause: 'stop' | 'kill'): number => of(cause).reduce((sum, move) => sum + move.repeated, 0);
  return {
    kind,
    shards,
    failoverMs: fleet.props.failoverMs,
    cleanStop: spread(of('stop').map(({ gapMs }) => gapMs)),
    kill: spread(of('kill').map(({ gapMs }) => gapMs)),
    repeated: { cleanStop: repeated('stop'), kill: repeated('kill') },
    lost: violations.filter((violation) => violation.kind === 'lost').length,
    idleTableUsePerShardHour: use,
  };
}

/** Until a worker owns all shards, and has read from each since. */
async function read(fleet: Fleet, worker: WorkerProcess, timeoutMs: number): Promise<number> {
  const fromMs = Date.now();
  await fleet.balanced([worker], timeoutMs);
  const all = (await fleet.resharding.open()).length;
  const reading = (): boolean => {
    const sessions = worker.sessions().filter(({ records }) => (records.at(-1)?.timeMs ?? 0) > fromMs);
    return new Set(sessions.map(({ shardId }) => shardId)).size === all;
  };
  await waitFor(`${worker.name} to read from all shards`, reading, { timeoutMs, signal: fleet.props.signal });
  return Date.now() - fromMs;
}

const writes: ReadonlySet<string> = new Set(['UpdateItem', 'PutItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const reads: ReadonlySet<string> = new Set(['GetItem', 'Scan', 'Query', 'BatchGetItem']);

function tableUse(
  before: readonly OperationCount[],
  after: readonly OperationCount[],
  application: string,
  shards: number,
): TableUse {
  const perShardHour = (value: number): number => Math.round((value * 3_600_000) / countMs / shards);
  const sum = (operations: ReadonlySet<string>, field: 'requests' | 'capacityUnits'): number => {
    // The Java KCL's further tables begin with the application's name as well.
    const of = (counts: readonly OperationCount[]): number =>
      counts
        .filter(({ operation, table }) => operations.has(operation) && table.startsWith(application))
        .reduce((total, count) => total + count[field], 0);
    return of(after) - of(before);
  };
  return {
    readRequests: perShardHour(sum(reads, 'requests')),
    readUnits: perShardHour(sum(reads, 'capacityUnits')),
    writeRequests: perShardHour(sum(writes, 'requests')),
    writeUnits: perShardHour(sum(writes, 'capacityUnits')),
  };
}

function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
