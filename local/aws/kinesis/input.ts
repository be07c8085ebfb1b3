import { notSupported } from '../http/aws-error';
import { invalidArgument, validationError } from './errors';

/**
 * The members of a request, read one by one with the constraints of the API's model. A member that is null counts as absent; one
 * that the local service does not know is refused by name, so that no option is ignored silently.
 */
export class Input {
  /**
   * @param operation named in the error when a member is unknown
   * @param known the members that the operation reads
   * @throws AwsError NotImplementedException for any other member
   */
  constructor(
    operation: string,
    private readonly members: Readonly<Record<string, unknown>>,
    known: readonly string[],
  ) {
    for (const [name, value] of Object.entries(members)) {
      if (value !== null && value !== undefined && !known.includes(name)) {
        throw notSupported(`kinesis: option ${name} of ${operation}`);
      }
    }
  }

  has(name: string): boolean {
    return this.members[name] !== undefined && this.members[name] !== null;
  }

  optionalString(name: string): string | undefined {
    if (!this.has(name)) {
      return undefined;
    }
    const value = this.members[name];
    if (typeof value !== 'string') {
      throw validationError(name, value, 'be a string');
    }
    return value;
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined || value === '') {
      throw validationError(name, value, value === '' ? 'have length greater than or equal to 1' : 'not be null');
    }
    return value;
  }

  oneOf<const Value extends string>(name: string, allowed: readonly Value[]): Value {
    const value = this.string(name);
    const found = allowed.find((each) => each === value);
    if (found === undefined) {
      throw validationError(name, value, `satisfy enum value set: [${allowed.join(', ')}]`);
    }
    return found;
  }

  optionalInteger(name: string, minimum: number, maximum: number): number | undefined {
    if (!this.has(name)) {
      return undefined;
    }
    const value = this.members[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw validationError(name, value, 'be an integer');
    }
    if (value < minimum) {
      throw validationError(name, value, `have value greater than or equal to ${minimum}`);
    }
    if (value > maximum) {
      throw validationError(name, value, `have value less than or equal to ${maximum}`);
    }
    return value;
  }

  integer(name: string, minimum: number, maximum: number): number {
    const value = this.optionalInteger(name, minimum, maximum);
    if (value === undefined) {
      throw validationError(name, value, 'not be null');
    }
    return value;
  }

  /** A timestamp, in milliseconds since the epoch: on the wire, seconds with a fraction. Not in the future. */
  pastTime(name: string, nowMs: number): number {
    const value = this.members[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw invalidArgument(`${name} must be specified as seconds since the epoch.`);
    }
    const timeMs = Math.round(value * 1000);
    if (timeMs > nowMs) {
      throw invalidArgument(`${name} cannot be later than the current time: ${timeMs} is after ${nowMs}.`);
    }
    return timeMs;
  }

  array(name: string): readonly unknown[] {
    const value = this.members[name];
    if (!Array.isArray(value)) {
      throw validationError(name, value, 'be a list');
    }
    return value;
  }

  /** A structure, as an input of its own. */
  structure(name: string, known: readonly string[]): Input {
    const value = this.members[name];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw validationError(name, value, 'be a structure');
    }
    return new Input(name, value as Readonly<Record<string, unknown>>, known);
  }
}
