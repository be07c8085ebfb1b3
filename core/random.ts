/**
 * Seeded randomness for simulations. One seed gives the same numbers on every machine: only 32-bit integer arithmetic and
 * correctly rounded operations decide which numbers come out, apart from `Math.log`, `Math.exp` and powers, which the distributions
 * other than the uniform need, and whose last digit an engine may choose.
 *
 * Generator: sfc32 ("small fast counting", Chris Doty-Humphrey, PractRand), 128 bits of state, period of at least 2^32 and 2^127
 * on average. Not for secrets.
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  /** The second of the two numbers that the polar method makes at once. */
  private spareNormal: number | undefined;

  /** @param path where in the tree of streams this one is: the seed, and the names that it was forked by */
  private constructor(private readonly path: string) {
    this.a = hash32(path, 0x9e3779b9);
    this.b = hash32(path, 0x243f6a88);
    this.c = hash32(path, 0xb7e15162);
    for (let round = 0; round < 12; round += 1) {
      this.bits();
    }
  }

  /** The root of a tree of streams. */
  static fromSeed(seed: number): SeededRandom {
    return new SeededRandom(String(seed));
  }

  /**
   * A stream of its own for `name`. It depends on the seed and the names alone, not on how many numbers have been drawn here: a
   * draw added in one place changes nothing elsewhere.
   */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.path}/${name}`);
  }

  /** 32 random bits, as a number from 0 to 2^32 - 1. */
  bits(): number {
    const result = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** Uniform in [minimum, maximum). */
  between(minimum: number, maximum: number): number {
    return minimum + (maximum - minimum) * this.uniform();
  }

  /** A whole number from `minimum` to `maximum`, both included. */
  integer(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.uniform() * (maximum - minimum + 1));
  }

  /** Whether an event of probability `probability` happens. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Normally distributed (Marsaglia's polar method). */
  normal(mean = 0, deviation = 1): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return mean + deviation * spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        this.spareNormal = v * factor;
        return mean + deviation * u * factor;
      }
    }
  }

  /** Log-normal with the given median; `deviation` is that of the logarithm. */
  logNormal(median: number, deviation: number): number {
    return median * Math.exp(this.normal(0, deviation));
  }

  /** Exponentially distributed: the time to the next of events that have no memory. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Weibull distributed: the life of a part; with a shape above 1 the older it is the likelier it fails. */
  weibull(scale: number, shape: number): number {
    return scale * (-Math.log(1 - this.uniform())) ** (1 / shape);
  }

  /** One of `items`. @throws RangeError when there is none */
  choice<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) {
      throw new RangeError('choice of an empty list');
    }
    return item;
  }

  /** A new list with the same items in random order (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = this.integer(0, last);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }
}

/** FNV-1a over UTF-16 code units with a final avalanche. */
function hash32(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
