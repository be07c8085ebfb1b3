import { ModelFormatError } from './model-format-error';
import { PackedNumbers } from './packed-numbers';

/** What a model file says, whether it was written as UBJSON or as JSON. */
export type DocumentValue =
  null | boolean | number | string | PackedNumbers | readonly DocumentValue[] | { readonly [name: string]: DocumentValue };

/**
 * A place in a document. Every question about it is answered with a value of the kind asked for, or with a `ModelFormatError` that
 * names the place: nothing of a file is believed before it was looked at.
 */
export class Place {
  constructor(
    private readonly value: DocumentValue | undefined,
    private readonly path = '',
  ) {}

  /** Whether there is anything. */
  get exists(): boolean {
    return this.value !== undefined;
  }

  /** A member of an object; a place where nothing is when there is no such member. */
  member(name: string): Place {
    const { value } = this;
    if (typeof value !== 'object' || value === null || isList(value) || value instanceof PackedNumbers) {
      this.fail('an object is needed');
    }
    return new Place(Object.hasOwn(value, name) ? value[name] : undefined, this.path === '' ? name : `${this.path}.${name}`);
  }

  /** The members of an object that are texts, by their names. */
  texts(): Readonly<Record<string, string>> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || isList(value) || value instanceof PackedNumbers) {
      this.fail('an object is needed');
    }
    return Object.fromEntries(Object.keys(value).map((name) => [name, this.member(name).text()]));
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a text is needed');
  }

  /** A whole number from 0 on; XGBoost writes the numbers among its parameters as texts. */
  count(): number {
    const number = typeof this.value === 'string' && /^\d{1,15}$/.test(this.value) ? Number(this.value) : this.value;
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
      ? number
      : this.fail('a whole number is needed');
  }

  /** The items of a list of any kind but that of numbers of one type. */
  items(): readonly Place[] {
    return isList(this.value)
      ? this.value.map((item, index) => new Place(item, `${this.path}[${index}]`))
      : this.fail('a list is needed');
  }

  /** A list of whole numbers of 32 bits. @param length - how many there have to be @default - any number */
  int32s(length?: number): Int32Array {
    const numbers = this.numbers(length);
    const whole = new Int32Array(numbers.length);
    for (let index = 0; index < whole.length; index += 1) {
      const number = numbers.at(index);
      whole[index] = number;
      if (whole[index] !== number) {
        this.fail(`item ${index} is ${number}, which is no whole number of 32 bits`);
      }
    }
    return whole;
  }

  /** A list of numbers in single precision. @param length - how many there have to be */
  float32s(length: number): Float32Array {
    const numbers = this.numbers(length);
    const singles = new Float32Array(length);
    for (let index = 0; index < length; index += 1) {
      singles[index] = numbers.at(index);
    }
    return singles;
  }

  /** @throws ModelFormatError that names this place */
  fail(what: string): never {
    throw new ModelFormatError(`${this.path === '' ? 'the file' : this.path}: ${this.exists ? what : `missing: ${what}`}`);
  }

  private numbers(length: number | undefined): { readonly length: number; at(index: number): number } {
    const { value } = this;
    if (!isList(value) && !(value instanceof PackedNumbers)) {
      this.fail('a list of numbers is needed');
    }
    if (length !== undefined && value.length !== length) {
      this.fail(`${value.length} numbers where ${length} are needed`);
    }
    if (value instanceof PackedNumbers) {
      return value;
    }
    return {
      length: value.length,
      at: (index) => {
        const item = value[index];
        return typeof item === 'number' ? item : this.fail(`item ${index} is not a number`);
      },
    };
  }
}

function isList(value: DocumentValue | undefined): value is readonly DocumentValue[] {
  return Array.isArray(value);
}
