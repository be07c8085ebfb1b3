/** How far behind a device's highest sequence a message is still recognised as seen or not, in messages. */
export const sequenceWindowSize = 1024;

/**
 * Which of a device's last sequences have been seen: a bit for each of the `sequenceWindowSize` sequences up to the highest one, in
 * a ring, so messages may arrive in any order within the window and the memory is the same for every device (128 bytes).
 *
 * A sequence that lies further back than the window is not known to be a duplicate and counts as new: it is delivered, and the
 * training SQL, which goes by (device_id, sequence), drops it if it was one.
 */
export class SequenceWindow {
  private highest = -1;
  private readonly bits = new Uint32Array(sequenceWindowSize / 32);

  /** Whether `sequence` is new; from now on it is not. */
  add(sequence: number): boolean {
    if (sequence > this.highest) {
      this.advance(sequence);
    } else if (sequence <= this.highest - sequenceWindowSize) {
      return true;
    }
    const index = sequence % sequenceWindowSize;
    const word = this.bits[index >>> 5] ?? 0;
    const mask = 1 << (index & 31);
    if ((word & mask) !== 0) {
      return false;
    }
    this.bits[index >>> 5] = word | mask;
    return true;
  }

  /** Moves the window up to `sequence`, forgetting what falls out of it. */
  private advance(sequence: number): void {
    if (sequence - this.highest >= sequenceWindowSize) {
      this.bits.fill(0);
    } else {
      for (let passed = this.highest + 1; passed <= sequence; passed += 1) {
        const index = passed % sequenceWindowSize;
        this.bits[index >>> 5] = (this.bits[index >>> 5] ?? 0) & ~(1 << (index & 31));
      }
    }
    this.highest = sequence;
  }
}
