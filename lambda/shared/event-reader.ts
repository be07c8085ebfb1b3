import { trainingErrors } from '../../core/training-error';
import { TrainingError } from './training-error';

/** Reads the members of an event, which came as JSON; what is absent or of another kind is named by its path. */
export class EventReader {
  private readonly members: Readonly<Record<string, unknown>>;

  /**
   * @param value the event, or an object in it
   * @param path of that object: `plan.window`
   * @throws TrainingError TrainingInputInvalid when it is no object
   */
  constructor(
    value: unknown,
    private readonly path = '',
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid(`${path === '' ? 'the event' : path} is missing from the event, or is no object`);
    }
    this.members = { ...value };
  }

  /** A text that is not empty. */
  text(name: string): string {
    const value = this.members[name];
    if (typeof value !== 'string' || value === '') {
      throw this.wrong(name, 'a text');
    }
    return value;
  }

  /** One of some texts. */
  oneOf<Text extends string>(name: string, allowed: readonly Text[]): Text {
    const value = allowed.find((each) => each === this.members[name]);
    if (value === undefined) {
      throw this.wrong(name, allowed.join(' or '));
    }
    return value;
  }

  /** Texts, of those that are allowed. */
  listOf<Text extends string>(name: string, allowed: readonly Text[]): readonly Text[] {
    const value: unknown = this.members[name];
    if (!Array.isArray(value)) {
      throw this.wrong(name, 'a list');
    }
    return value.map((given: unknown) => {
      const known = allowed.find((each) => each === given);
      if (known === undefined) {
        throw this.wrong(name, `a list of ${allowed.join(' or ')}`);
      }
      return known;
    });
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.members[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw this.wrong(name, 'a number');
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.members[name];
    if (typeof value !== 'boolean') {
      throw this.wrong(name, 'true or false');
    }
    return value;
  }

  object(name: string): EventReader {
    return new EventReader(this.members[name], this.pathOf(name));
  }

  /** An object of numbers, whatever their names. */
  numbers(name: string): Readonly<Record<string, number>> {
    const inner = this.object(name);
    return Object.fromEntries(Object.keys(inner.members).map((each) => [each, inner.number(each)]));
  }

  /** An object of texts, whatever their names. */
  texts(name: string): Readonly<Record<string, string>> {
    const inner = this.object(name);
    return Object.fromEntries(Object.keys(inner.members).map((each) => [each, inner.text(each)]));
  }

  /** A member as it is. */
  value(name: string): unknown {
    return this.members[name];
  }

  /** Whether a member is there. */
  has(name: string): boolean {
    return this.members[name] !== undefined && this.members[name] !== null;
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  private wrong(name: string, what: string): TrainingError {
    return invalid(`${this.pathOf(name)} is ${this.has(name) ? `not ${what}` : 'missing from the event'}`);
  }
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
