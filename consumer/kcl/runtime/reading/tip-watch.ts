/** What one read of a shard shows of its place. */
export interface Sighting {
  /** The stream's time when the read was asked for, or any earlier one. Milliseconds since the epoch; undefined = not known. */
  readonly askedMs: number | undefined;
  readonly millisBehindLatest: number;
  /** Whether the shard has more to come. */
  readonly isOpen: boolean;
}

/**
 * Follows a shard's reads to its tip. That a read has come to the tip counts only when a later one finds the shard still open: at the
 * tip of a closed shard nothing more comes, and its children may have records that are waiting since long.
 *
 * "If set to null, the shard has been closed and the requested iterator does not return any more data": the read of the last records
 * need not tell the end yet, the one after it does.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export class TipWatch {
  private tipMs: number | undefined;

  /** Takes note of a read. @returns the time before which all that arrived was in the reads before it; undefined = not known */
  next({ askedMs, isOpen, millisBehindLatest }: Sighting): number | undefined {
    const completeBeforeMs = isOpen ? this.tipMs : undefined;
    this.tipMs = millisBehindLatest <= 0 ? askedMs : undefined;
    return completeBeforeMs;
  }
}
