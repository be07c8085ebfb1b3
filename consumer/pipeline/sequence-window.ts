import { StateBytesError, type StateReader, type StateWriter } from '../../core/features/state-bytes';

/** How far behind a device's highest sequence a message is still recognised as seen or not, in messages. */
export const sequenceWindowSize = 1024;

/** How the bits are stored. Runs: how many were seen from the highest down, then how many were not, and so on. */
const forms = { none: 0, runs: 1, bits: 2 } as const;

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
    if (this.has(sequence)) {
      return false;
    }
    this.mark(sequence);
    return true;
  }

  /** Writes the window: as runs, a few bytes for a device that misses little, or bit by bit where that is shorter. */
  write(writer: StateWriter): void {
    if (this.highest < 0) {
      writer.whole(forms.none);
      return;
    }
    const runs = this.runs();
    // A run takes a byte, or two from 128 on, of which there are eight at most.
    const asRuns = runs.length < this.bits.byteLength;
    writer.whole(asRuns ? forms.runs : forms.bits);
    writer.whole(this.highest);
    if (asRuns) {
      writer.whole(runs.length);
      runs.forEach((length) => writer.whole(length));
    } else {
      this.bits.forEach((word) => writer.whole(word));
    }
  }

  /** A window that goes on as the one that was written would have. @throws StateBytesError when the bytes hold none */
  static read(reader: StateReader): SequenceWindow {
    const window = new SequenceWindow();
    const form = reader.whole();
    if (form === forms.none) {
      return window;
    }
    window.highest = reader.whole();
    if (form === forms.runs) {
      window.markRuns(Array.from({ length: Math.min(reader.whole(), sequenceWindowSize + 1) }, () => reader.whole()));
    } else if (form === forms.bits) {
      window.bits.forEach((_, index) => (window.bits[index] = reader.whole()));
    } else {
      throw new StateBytesError(`sequences in the form ${form}`);
    }
    return window;
  }

  /** The lowest sequence that the window still covers. */
  private get lowest(): number {
    return Math.max(0, this.highest - sequenceWindowSize + 1);
  }

  /** From the highest down to the last that was seen: how many were, how many were not, how many were, … */
  private runs(): readonly number[] {
    const runs: number[] = [];
    let seen = true;
    let length = 0;
    for (let sequence = this.highest; sequence >= this.lowest; sequence -= 1) {
      if (this.has(sequence) !== seen) {
        runs.push(length);
        seen = !seen;
        length = 0;
      }
      length += 1;
    }
    return seen ? [...runs, length] : runs;
  }

  private markRuns(runs: readonly number[]): void {
    let next = this.highest;
    runs.forEach((length, index) => {
      if (length > next - this.lowest + 1) {
        throw new StateBytesError(`sequences beyond the ${sequenceWindowSize} up to ${this.highest}`);
      }
      for (const end = next - length; next > end; next -= 1) {
        if (index % 2 === 0) {
          this.mark(next);
        }
      }
    });
  }

  private has(sequence: number): boolean {
    const index = sequence % sequenceWindowSize;
    return ((this.bits[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }

  private mark(sequence: number): void {
    const index = sequence % sequenceWindowSize;
    this.bits[index >>> 5] = (this.bits[index >>> 5] ?? 0) | (1 << (index & 31));
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
