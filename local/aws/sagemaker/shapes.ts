import { AwsError, notSupported } from '../http/aws-error';

/** The members of a request, as they came. */
export type Members = Readonly<Record<string, unknown>>;

/** What a member of a request may be, in the terms of the API's own model. */
export type Shape =
  | {
      readonly kind: 'text';
      /** Characters at least and at most. @default - any number */
      readonly min?: number;
      readonly max?: number;
      /** The whole text must match. @default - anything */
      readonly pattern?: RegExp;
      /** Allowed values. @default - any */
      readonly values?: readonly string[];
    }
  | { readonly kind: 'number'; readonly isInteger?: boolean; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  /** What is checked elsewhere. */
  | { readonly kind: 'any' }
  /** Seconds since the epoch. */
  | { readonly kind: 'time' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape; readonly max?: number }
  | Structure;

/** A member that has members. One that is not listed exists in AWS and not here: it is refused by name. */
export interface Structure {
  readonly kind: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  /** The members that must be there. @default none */
  readonly required?: readonly string[];
}

/** A text without further bounds. */
export const anyText: Shape = { kind: 'text' };
export const time: Shape = { kind: 'time' };
/** How names are written in SageMaker: letters, digits and single hyphens between them. */
export const entityName: Shape = { kind: 'text', min: 1, max: 63, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/ };
export const s3Uri: Shape = { kind: 'text', max: 1024, pattern: /(https|s3):\/\/([^/]+)\/?(.*)/ };
export const roleArn: Shape = {
  kind: 'text',
  min: 20,
  max: 2048,
  pattern: /arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+/,
};

export function oneOf(...values: readonly string[]): Shape {
  return { kind: 'text', values };
}

export function integer(min: number, max: number): Shape {
  return { kind: 'number', isInteger: true, min, max };
}

export function list(of: Shape, min = 0, max = Infinity): Shape {
  return { kind: 'list', of, min, max };
}

export function structure(members: Readonly<Record<string, Shape>>, ...required: readonly string[]): Structure {
  return { kind: 'structure', members, required };
}

/**
 * Checks a request against the model of its operation.
 *
 * @throws AwsError ValidationException as the API words it, SerializationException for a value of another type,
 *   NotImplementedException that names a member that exists in AWS and not here
 */
export function checkRequest(operation: string, shape: Structure, input: Members): void {
  checkStructure(shape, input, { operation, path: '' });
}

interface Place {
  readonly operation: string;
  /** As messages of the API write it: `inferenceSpecification.containers.1.member.image`; empty for the request itself. */
  readonly path: string;
}

function check(shape: Shape, value: unknown, place: Place): void {
  switch (shape.kind) {
    case 'text':
      checkText(shape, value, place);
      return;
    case 'number':
      checkNumber(shape, value, place);
      return;
    case 'time':
      checkNumber({}, value, place);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') {
        throw wrongType(place, 'true or false');
      }
      return;
    case 'any':
      return;
    case 'list':
      if (!Array.isArray(value)) {
        throw wrongType(place, 'a list');
      }
      checkLength(shape, value.length, value, place);
      value.forEach((entry: unknown, index) => check(shape.of, entry, at(place, `${index + 1}.member`)));
      return;
    case 'map':
      if (!isMembers(value)) {
        throw wrongType(place, 'a map');
      }
      checkLength(shape, Object.keys(value).length, value, place);
      for (const [key, entry] of Object.entries(value)) {
        check(shape.key, key, at(place, 'key'));
        check(shape.value, entry, at(place, `${key}.member`));
      }
      return;
    case 'structure':
      if (!isMembers(value)) {
        throw wrongType(place, 'an object');
      }
      checkStructure(shape, value, place);
  }
}

function checkStructure({ members, required = [] }: Structure, value: Members, place: Place): void {
  const given = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  for (const [name, member] of given) {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined;
    if (shape === undefined) {
      throw notSupported(`sagemaker: ${place.path === '' ? '' : `${place.path}.`}${name} of ${place.operation}`);
    }
    check(shape, member, at(place, name));
  }
  const missing = required.find((name) => !given.some(([present]) => present === name));
  if (missing !== undefined) {
    throw violated(at(place, missing), null, 'Member must not be null');
  }
}

function checkText(shape: Extract<Shape, { kind: 'text' }>, value: unknown, place: Place): void {
  if (typeof value !== 'string') {
    throw wrongType(place, 'text');
  }
  checkLength(shape, value.length, value, place);
  if (shape.values?.includes(value) === false) {
    throw violated(place, value, `Member must satisfy enum value set: [${shape.values.join(', ')}]`);
  }
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern.source})$`, 'su').test(value)) {
    throw violated(place, value, `Member must satisfy regular expression pattern: ${shape.pattern.source}`);
  }
}

function checkNumber(bounds: Partial<Extract<Shape, { kind: 'number' }>>, value: unknown, place: Place): void {
  if (typeof value !== 'number' || (bounds.isInteger === true && !Number.isInteger(value))) {
    throw wrongType(place, bounds.isInteger === true ? 'a whole number' : 'a number');
  }
  if (value < (bounds.min ?? -Infinity)) {
    throw violated(place, value, `Member must have value greater than or equal to ${bounds.min ?? ''}`);
  }
  if (value > (bounds.max ?? Infinity)) {
    throw violated(place, value, `Member must have value less than or equal to ${bounds.max ?? ''}`);
  }
}

function checkLength(
  bounds: { readonly min?: number; readonly max?: number },
  length: number,
  value: unknown,
  place: Place,
): void {
  if (length < (bounds.min ?? 0)) {
    throw violated(place, value, `Member must have length greater than or equal to ${bounds.min ?? 0}`);
  }
  if (length > (bounds.max ?? Infinity)) {
    throw violated(place, value, `Member must have length less than or equal to ${bounds.max ?? ''}`);
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at({ operation, path }: Place, member: string): Place {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return { operation, path: path === '' ? name : `${path}.${name}` };
}

function violated({ path }: Place, value: unknown, constraint: string): AwsError {
  const shown = value === null ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return invalid(`1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`);
}

function wrongType({ path }: Place, expected: string): AwsError {
  return new AwsError('SerializationException', `${path}: ${expected} is expected`);
}

/** The refusal of a request that its model allows and the service does not. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
