/** A member's part of a bound that the shards of a process share. */
export interface Share {
  /** What the member may use now. Shrinks when others join. */
  amount(): number;
  /** Gives the part back. Leaving twice is harmless. */
  leave(): void;
}

/**
 * Divides a bound of the whole process (buffered bytes, remembered devices) among the shards that it works on, so that memory
 * does not grow with their number.
 */
export class FairShare {
  private members = 0;

  /**
   * @param total what all members together may use
   * @param most what one member may use when it is alone
   */
  constructor(
    private readonly total: number,
    private readonly most: number,
  ) {}

  join(): Share {
    this.members += 1;
    let joined = true;
    return {
      amount: () => Math.min(this.most, Math.floor(this.total / Math.max(1, this.members))),
      leave: () => {
        this.members -= joined ? 1 : 0;
        joined = false;
      },
    };
  }
}
