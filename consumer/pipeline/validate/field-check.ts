import type { Field, NumberField, StringField } from '../../../core/message';
import { canonicalUnit, toCanonical, type Unit } from '../../../core/units';
import { Rejection, show } from '../rejection';

/** The value of a field in its canonical form, or what is wrong with it. `unit` is the unit that the message names for the field. */
export type FieldCheck = (value: unknown, unit: Unit | undefined) => number | string | boolean | Rejection;

/** Longest text of a field that does not say otherwise, in UTF-16 code units. */
export const defaultMaxLength = 256;

/** @throws RangeError when the schema contradicts itself */
export function compileField(name: string, field: Field): FieldCheck {
  switch (field.type) {
    case 'number':
    case 'integer':
      return compileNumber(name, field);
    case 'string':
      return compileString(name, field);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : wrongType(name, value, 'true or false'));
  }
}

/**
 * Conversion comes first, then whether an integer is one, then the bounds, so that all three speak of the canonical unit: 2 min
 * is an integer of seconds, 1.5 W is not an integer of kW.
 */
function compileNumber(name: string, { type, minimum, maximum, unit: canonical }: NumberField): FieldCheck {
  if (canonical !== undefined && canonicalUnit(canonical) !== canonical) {
    throw new RangeError(`field ${name}: unit ${canonical} is not canonical; use ${canonicalUnit(canonical)}`);
  }
  if (!(minimum <= maximum && Number.isFinite(minimum) && Number.isFinite(maximum))) {
    throw new RangeError(`field ${name}: minimum ${minimum} and maximum ${maximum} must be finite and in order`);
  }
  const inUnit = canonical === undefined ? '' : ` ${canonical}`;
  return (value, unit) => {
    if (typeof value !== 'number') {
      return wrongType(name, value, type === 'integer' ? 'an integer' : 'a number');
    }
    const converted = unit === undefined || unit === canonical ? value : toCanonical(value, unit);
    if (type === 'integer' && !Number.isInteger(converted)) {
      return wrongType(name, value, 'an integer');
    }
    if (!(converted >= minimum && converted <= maximum)) {
      const asConverted = converted === value ? `${value}` : `${value} ${String(unit)}, that is ${converted}`;
      return new Rejection('out_of_range', `${name} is ${asConverted}${inUnit}; ${minimum} to ${maximum} is possible`, name);
    }
    return converted;
  };
}

function compileString(name: string, { allowed, maxLength = defaultMaxLength }: StringField): FieldCheck {
  const values = allowed === undefined ? undefined : new Set(allowed);
  return (value) => {
    if (typeof value !== 'string') {
      return wrongType(name, value, 'a text');
    }
    if (values !== undefined) {
      return values.has(value) ? value : outOfRange(name, value, `one of ${[...values].join(', ')} is expected`);
    }
    if (value.length > maxLength) {
      return outOfRange(name, value, `it has ${value.length} characters; at most ${maxLength} are allowed`);
    }
    return isWellFormed(value) ? value : wrongType(name, value, 'a text of whole Unicode characters');
  };
}

const loneSurrogate = /\p{Surrogate}/u;

/** Whether UTF-8 can express the text; JSON can smuggle in half a character as `\ud800`. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text);
}

export function wrongType(name: string, value: unknown, expected: string): Rejection {
  return new Rejection('wrong_type', `${name} is ${show(value)}; ${expected} is expected`, name);
}

export function outOfRange(name: string, value: unknown, why: string): Rejection {
  return new Rejection('out_of_range', `${name} is ${show(value)}; ${why}`, name);
}
