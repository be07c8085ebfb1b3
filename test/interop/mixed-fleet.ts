import type { WorkerProcess } from '../chaos/kit/worker-process';
import { audit, type AuditResult } from '../chaos/kit/audit';
import { findMoves, type Move } from '../chaos/kit/gaps';
import { waitFor } from '../chaos/kit/wait';
import { createLeaseTable } from './dynamodb-local';
import type { Fleet, WorkerKind } from './fleet';

/** What a scenario found. */
export interface ScenarioResult {
  readonly audit: AuditResult;
  readonly moves: readonly Move[];
  /** Shards of which a parent was read by one kind of worker and the shard itself by another. */
  readonly crossings: number;
  /** What did not come out as it must, beside the audit's violations. */
  readonly failures: readonly string[];
}

/**
 * Our workers and the Java KCL's on one stream and one lease table: they share the shards evenly, take over from each other after
 * kill -9 and after a clean stop, in both directions, and go through splits and merges together.
 */
export async function mixedFleet(fleet: Fleet, java: WorkerKind, onStep: (text: string) => void): Promise<ScenarioResult> {
  const failures: string[] = [];
  const step = async (text: string, done: Promise<number>): Promise<void> => {
    onStep(`${text}: ${((await done) / 1000).toFixed(1)} s`);
  };
  await createLeaseTable(fleet.dynamodb, fleet.props.name);
  fleet.producer.start();

  const ours1 = fleet.start('ours');
  await step('ours alone has all shards', fleet.balanced([ours1]));
  const java1 = fleet.start(java);
  await step(`Java ${java} joins, equal shares`, fleet.balanced([ours1, java1]));
  await processedBy(fleet, java1);

  await fleet.kill(java1);
  await step('Java killed, ours has all', fleet.balanced([ours1]));
  const java2 = fleet.start(java);
  await step('Java joins, equal shares', fleet.balanced([ours1, java2]));
  await processedBy(fleet, java2);

  await fleet.kill(ours1);
  await step('ours killed, Java has all', fleet.balanced([java2]));
  const ours2 = fleet.start('ours');
  await step('ours joins, equal shares', fleet.balanced([ours2, java2]));
  await processedBy(fleet, ours2);

  await fleet.stop(java2);
  await step('Java stopped cleanly, ours has all', fleet.balanced([ours2]));
  const java3 = fleet.start(java);
  await step('Java joins, equal shares', fleet.balanced([ours2, java3]));
  await processedBy(fleet, java3);

  await fleet.stop(ours2);
  await step('ours stopped cleanly, Java has all', fleet.balanced([java3]));
  const more = [fleet.start('ours'), fleet.start('ours'), fleet.start(java)];
  const four = [java3, ...more];
  await step('two of ours and two of Java, equal shares', fleet.balanced(four));
  await steady(fleet, four, failures);

  await reshard(fleet, onStep);
  await step('children are shared equally, parents are read to their ends', resharded(fleet, four));
  await fleet.producer.stop();
  await step('every record is processed', fleet.drained());
  await Promise.all(four.map((worker) => fleet.stop(worker)));
  return await conclude(fleet, failures);
}

/** A worker that holds leases has to read and checkpoint, too, before something happens to it. */
async function processedBy(fleet: Fleet, worker: WorkerProcess): Promise<void> {
  const reads = async (): Promise<boolean> => {
    const owned = (await fleet.leases()).filter(({ owner }) => owner === worker.name);
    const read = new Set(worker.sessions().flatMap(({ checkpoints, shardId }) => (checkpoints.length > 0 ? [shardId] : [])));
    return owned.every(({ shardId }) => read.has(shardId));
  };
  await waitFor(`${worker.name} to process records`, reads, { timeoutMs: 30_000, signal: fleet.props.signal });
}

/** With a fleet that does not change, no lease moves: looked at for two looks at the table. */
async function steady(fleet: Fleet, workers: readonly WorkerProcess[], failures: string[]): Promise<void> {
  const owners = async (): Promise<string> =>
    (await fleet.leases())
      .map(({ owner = '-', shardId }) => `${shardId} ${owner}`)
      .sort()
      .join('\n');
  const before = await owners();
  const untilMs = performance.now() + 4 * fleet.props.failoverMs;
  await waitFor('two looks at the table', () => performance.now() > untilMs, {
    timeoutMs: 10 * fleet.props.failoverMs,
    signal: fleet.props.signal,
  });
  if ((await owners()) !== before || !(await fleet.areBalanced(workers))) {
    failures.push('leases moved although the fleet did not change');
  }
}

/** Splits a shard of each side, and merges two neighbours of different sides where there are any. */
async function reshard(fleet: Fleet, onStep: (text: string) => void): Promise<void> {
  const owners = new Map((await fleet.leases()).map(({ owner = '', shardId }) => [shardId, owner]));
  const isOurs = (shardId: string): boolean => owners.get(shardId)?.startsWith('ours') === true;
  const open = await fleet.resharding.open();
  const pairs = open.slice(1).map((shardId, index) => [open[index] ?? '', shardId] as const);
  const pair = pairs.find(([a, b]) => isOurs(a) !== isOurs(b)) ?? pairs[0];
  if (pair === undefined) {
    throw new Error('a stream of one shard cannot be merged');
  }
  const rest = open.filter((shardId) => !pair.includes(shardId));
  const split = [rest.find(isOurs), rest.find((shardId) => !isOurs(shardId))].filter((shardId) => shardId !== undefined);
  await updated(() => fleet.resharding.merge(...pair));
  for (const shardId of split) {
    await updated(() => fleet.resharding.split(shardId));
  }
  const whose = (shardIds: readonly string[]): string => shardIds.map((shardId) => owners.get(shardId) ?? '').join(' and ');
  onStep(`merged two neighbours of ${whose(pair)}, split one of ${whose(split)} each`);
}

/** A stream takes one change at a time. */
async function updated(change: () => Promise<void>): Promise<void> {
  const accepted = (): Promise<boolean> =>
    change().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && ['ResourceInUseException', 'LimitExceededException'].includes(error.name)) {
          return false;
        }
        throw error;
      },
    );
  await waitFor('the stream to take the change', accepted, { timeoutMs: 20_000 });
}

/** Until all open shards have a lease and are shared equally, and of all others no lease is left that is not at SHARD_END. */
async function resharded(fleet: Fleet, workers: readonly WorkerProcess[]): Promise<number> {
  const done = async (): Promise<boolean> => {
    const open = await fleet.resharding.open();
    const active = (await fleet.leases()).filter(({ checkpoint }) => checkpoint !== 'SHARD_END').map(({ shardId }) => shardId);
    return (
      active.length === open.length && open.every((shardId) => active.includes(shardId)) && (await fleet.areBalanced(workers))
    );
  };
  return await waitFor('the children to be shared', done, { timeoutMs: 90_000, signal: fleet.props.signal });
}

/** What all journals of a fleet say in the end. */
export async function conclude(fleet: Fleet, failures: readonly string[]): Promise<ScenarioResult> {
  const sessions = fleet.sessions();
  const shards = await fleet.resharding.lineage();
  const sides = (shardId: string): Set<boolean> =>
    new Set(
      sessions
        .filter((session) => session.shardId === shardId && session.records.length > 0)
        .map(({ worker }) => worker.startsWith('ours')),
    );
  const crossings = shards.filter(({ parentShardIds, shardId }) => {
    const own = sides(shardId);
    return parentShardIds.some((parent) => [...sides(parent)].some((side) => own.has(!side)));
  }).length;
  return {
    audit: audit({ sent: fleet.producer.sent, sessions, shards }),
    moves: findMoves(sessions, fleet.actions),
    crossings,
    failures,
  };
}
