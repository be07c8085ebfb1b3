import type { ReadMemory, Reservation } from '../../ports/shard-source';

/** Less is not given to a shard that has records to work on: many small reads cost more than they bring. */
const worthwhileBytes = 128 * 1024;

interface Waiting {
  readonly shard: ShardMemory;
  readonly wanted: number;
  readonly least: number;
  readonly grant: (reservation: Reservation) => void;
}

/**
 * Bounds the records that a worker holds in memory: those being read, those read ahead, and those in work, of all its shards.
 *
 * One half is divided evenly: a shard can always have its part of it, so none starves while others are busy, or stuck. The other half is
 * for whoever asks, in the order of asking. A read that is worth more than one half is let go when that half is free, so that a record
 * larger than everything is still read.
 */
export class MemoryBudget {
  private readonly shards = new Set<ShardMemory>();
  private readonly queue: Waiting[] = [];
  /** What all shards hold. */
  private held = 0;
  /** What shards hold beyond their parts. */
  private shared = 0;

  constructor(private readonly maxBytes: number) {}

  get heldBytes(): number {
    return this.held;
  }

  /** A shard's part. `close` it when the shard is not read any more. */
  open(): ShardMemory {
    const shard = new ShardMemory(this);
    this.shards.add(shard);
    this.count();
    return shard;
  }

  reserve(shard: ShardMemory, wanted: number, least: number, signal: AbortSignal): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        shard,
        wanted,
        least: Math.min(least, wanted, this.maxBytes / 2),
        grant: (reservation) => {
          signal.removeEventListener('abort', onAbort);
          resolve(reservation);
        },
      };
      this.queue.push(waiting);
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.serve();
    });
  }

  close(shard: ShardMemory): void {
    if (this.shards.delete(shard)) {
      this.count();
      this.serve();
    }
  }

  /** A shard holds so much more, or less when negative. What a closed one still holds is not counted. */
  change(shard: ShardMemory, bytes: number): void {
    const before = this.beyondPart(shard);
    shard.heldBytes += bytes;
    if (this.shards.has(shard)) {
      this.held += bytes;
      this.shared += this.beyondPart(shard) - before;
    }
    if (bytes < 0) {
      this.serve();
    }
  }

  /** Grants what can be granted. Whoever needs the shared half waits behind those that asked for it earlier. */
  private serve(): void {
    let sharedTaken = false;
    for (const waiting of [...this.queue]) {
      const bytes = this.roomFor(waiting, sharedTaken);
      if (bytes === undefined) {
        sharedTaken = true;
      } else {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        waiting.grant(waiting.shard.hold(bytes));
      }
    }
  }

  private roomFor({ shard, wanted, least }: Waiting, sharedTaken: boolean): number | undefined {
    const own = Math.max(0, this.part - shard.heldBytes);
    const room = sharedTaken ? own : own + Math.max(0, this.maxBytes / 2 - this.shared);
    const enough = Math.max(least, Math.min(wanted, this.part, worthwhileBytes));
    return room >= enough ? Math.min(wanted, room) : undefined;
  }

  private get part(): number {
    return this.maxBytes / 2 / Math.max(1, this.shards.size);
  }

  private beyondPart({ heldBytes }: ShardMemory): number {
    return Math.max(0, heldBytes - this.part);
  }

  /** The parts change with the number of shards. */
  private count(): void {
    this.held = 0;
    this.shared = 0;
    for (const shard of this.shards) {
      this.held += shard.heldBytes;
      this.shared += this.beyondPart(shard);
    }
  }
}

/** The part of one shard. */
export class ShardMemory implements ReadMemory {
  heldBytes = 0;

  constructor(private readonly budget: MemoryBudget) {}

  reserve(wanted: number, least: number, signal: AbortSignal): Promise<Reservation> {
    return this.budget.reserve(this, wanted, least, signal);
  }

  /** Counts what is in memory already, whether there is room for it or not. */
  hold(bytes: number): Reservation {
    let held = bytes;
    const settle = (settled: number): void => {
      const change = settled - held;
      held = settled;
      this.budget.change(this, change);
    };
    this.budget.change(this, bytes);
    return { bytes, settle, release: () => settle(0) };
  }

  /** What it still holds is not counted any more. */
  close(): void {
    this.budget.close(this);
  }
}
