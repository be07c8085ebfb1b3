import { billedBytes, Packer } from './pack';

/** A delivery stream's share of a flush. */
export interface PackedStream {
  readonly stream: string;
  readonly records: readonly Uint8Array[];
}

/** What a shard's processor has made of records and not delivered yet, packed for delivery. */
export class ShardBuffer {
  private readonly packers = new Map<string, Packer>();

  /** The packer of a delivery stream. */
  packer(stream: string): Packer {
    let packer = this.packers.get(stream);
    if (packer === undefined) {
      packer = new Packer();
      this.packers.set(stream, packer);
    }
    return packer;
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
  }

  /** Gives the memory back. */
  drop(): void {
    this.packers.clear();
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
