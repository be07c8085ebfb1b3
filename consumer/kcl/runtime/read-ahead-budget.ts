/**
 * Bounds what all shards of a worker read ahead. A read cannot be told how many bytes to bring, so each is expected to be as large as
 * the shard's last one.
 */
export class ReadAheadBudget {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  /** Reserves room for a batch to be read ahead; undefined when there is none, else what gives the room back, once. */
  reserve(expectedBytes: number): (() => void) | undefined {
    if (this.maxBytes === 0 || this.used + expectedBytes > this.maxBytes) {
      return undefined;
    }
    this.used += expectedBytes;
    let reserved = true;
    return () => {
      if (reserved) {
        reserved = false;
        this.used -= expectedBytes;
      }
    };
  }
}
