import type { ReasonCode } from '../../core/reason';
import { billedBytes, Packer } from './pack';
import { Tally } from './tally';

/** A delivery stream's share of a flush. */
export interface PackedStream {
  readonly stream: string;
  readonly records: readonly Uint8Array[];
}

/** What a shard's processor has made of the records since its last checkpoint, packed for delivery, and the count of them. */
export class ShardBuffer {
  private readonly packers = new Map<string, Packer>();
  private current = new Tally();

  get tally(): Tally {
    return this.current;
  }

  /** Bytes that wait for delivery, all streams together. */
  get bytes(): number {
    let sum = 0;
    for (const packer of this.packers.values()) {
      sum += packer.bytes;
    }
    return sum;
  }

  /** The packer of a delivery stream. */
  packer(stream: string): Packer {
    let packer = this.packers.get(stream);
    if (packer === undefined) {
      packer = new Packer();
      this.packers.set(stream, packer);
    }
    return packer;
  }

  quarantine(stream: string, reason: ReasonCode, lines: readonly string[]): void {
    const packer = this.packer(stream);
    for (const line of lines) {
      packer.add(Buffer.from(line, 'utf8'));
    }
    this.current.quarantine(reason);
  }

  /** What is to be delivered. Views of the buffers: valid until `clear`. */
  packed(): readonly PackedStream[] {
    return [...this.packers]
      .map(([stream, packer]) => ({ stream, records: packer.records() }))
      .filter(({ records }) => records.length > 0);
  }

  clear(): void {
    for (const packer of this.packers.values()) {
      packer.clear();
    }
    this.current = new Tally();
  }

  /** Gives the memory back. */
  drop(): void {
    this.packers.clear();
    this.current = new Tally();
  }
}

/** Sizes of a flush, for the event about it. */
export function sizes(streams: readonly PackedStream[]): { records: number; payloadBytes: number; billedBytes: number } {
  const all = streams.flatMap(({ records }) => records.map(({ byteLength }) => byteLength));
  return {
    records: all.length,
    payloadBytes: all.reduce((sum, size) => sum + size, 0),
    billedBytes: all.reduce((sum, size) => sum + billedBytes(size), 0),
  };
}
