/** What happened in a run, hashed as it happens; only the last lines are kept. */
export class EventLog {
  private readonly lines: string[] = [];
  private count = 0;
  private low = 0x811c9dc5;
  private high = 0x01000193;

  /** @param kept - how many of the last lines can be read back */
  constructor(
    private readonly kept: number,
    private readonly nowMs: () => number,
  ) {}

  /** @param who - the worker, or what of the world it is about */
  add(who: string, text: string): void {
    const line = `${this.nowMs().toFixed(3)} ${who} ${text}`;
    let { low, high } = this;
    for (let i = 0; i < line.length; i += 1) {
      // Two FNV-1a hashes of 32 bits with different primes.
      low = Math.imul(low ^ line.charCodeAt(i), 0x01000193);
      high = Math.imul(high ^ line.charCodeAt(i), 0x85ebca6b);
    }
    this.low = low;
    this.high = high;
    this.lines[this.count % this.kept] = line;
    this.count += 1;
  }

  /** Equal for two runs only when everything in them was. */
  get hash(): string {
    return [this.high, this.low, this.count].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** The last lines, oldest first. */
  tail(): readonly string[] {
    const start = Math.max(0, this.count - this.kept);
    return Array.from({ length: this.count - start }, (_, i) => this.lines[(start + i) % this.kept] ?? '');
  }
}
