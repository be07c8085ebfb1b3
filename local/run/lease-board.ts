/**
 * Which shards each worker works on, by the workers' own word. For a moment two may name the same shard: one has taken its lease, the
 * other has not noticed yet.
 */
export class LeaseBoard {
  private readonly held = new Map<string, Set<string>>();

  /** A worker has taken the lease of a shard. */
  taken(shardId: string, worker: string): void {
    const shards = this.held.get(worker) ?? new Set();
    this.held.set(worker, shards.add(shardId));
  }

  /** A worker has given up a shard, or found that it lost it. */
  gone(shardId: string, worker: string): void {
    this.held.get(worker)?.delete(shardId);
  }

  /** How many shards each worker works on, most first; workers without a shard are left out. */
  loads(): readonly number[] {
    const loads = [...this.held.values()].map((shards) => shards.size);
    return loads.filter((load) => load > 0).sort((one, other) => other - one);
  }

  /** Whether every shard is worked on by one worker, and no worker has two more than another. Workers beyond the shards have none. */
  isBalanced(shards: number, workers: number): boolean {
    const loads = this.loads();
    const owned = loads.reduce((sum, load) => sum + load, 0);
    return owned === shards && loads.length === Math.min(shards, workers) && (loads[0] ?? 0) - (loads.at(-1) ?? 0) <= 1;
  }
}
