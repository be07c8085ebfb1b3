import { AwsError, notSupported } from '../http/aws-error';
import type { QueryMembers, QueryValue } from '../http/query-format';

/** A message that was published to a topic. */
export interface SnsMessage {
  readonly topicArn: string;
  readonly messageId: string;
  readonly message: string;
  /** @default - none */
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly type: (typeof attributeTypes)[number];
  /** Of Binary: base64. */
  readonly value: string;
}

/** What a publisher says: `SnsMessage` without what the service adds. */
export type Content = Pick<SnsMessage, 'message' | 'subject' | 'attributes'>;

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
const attributeTypes = ['String', 'String.Array', 'Number', 'Binary'] as const;

/**
 * The longest message, attributes included, and the longest of a batch together, in bytes: what a topic has that does not ask for more.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const maxMessageBytes = 256 * 1024;

/** Line breaks and other control characters are not allowed; see the same page. */
const subjectPattern = /^\P{Cc}{1,100}$/u;

/** Letters, digits, `_ - .`; no period first, last, or twice. */
const attributeName = /^(?!.*\.\.)(?!\.)(?!aws\.|amazon\.)[a-z0-9_.-]{1,256}(?<!\.)$/i;

const known = ['Message', 'Subject', 'MessageAttributes'];

/**
 * What a request, or an entry of a batch, asks to publish.
 *
 * @param others members that are somebody else's to read
 * @throws AwsError InvalidParameter, ParameterValueInvalid; NotImplementedException that names a member that exists in AWS and not here
 */
export function contentOf(members: QueryMembers, operation: string, others: readonly string[]): Content {
  const unknown = Object.keys(members).find((name) => !known.includes(name) && !others.includes(name));
  if (unknown !== undefined) {
    throw notSupported(`sns: ${unknown} of ${operation}`);
  }
  const { Message: message, Subject: subject, MessageAttributes: attributes = {} } = members;
  if (typeof message !== 'string' || message === '') {
    throw invalidParameter('Empty message');
  }
  if (subject !== undefined && !(typeof subject === 'string' && subjectPattern.test(subject))) {
    throw invalidParameter('Subject: at most 100 characters, without line breaks and control characters');
  }
  const content: Content = {
    message,
    ...(typeof subject === 'string' && { subject }),
    attributes: attributesOf(attributes),
  };
  if (sizeOf(content) > maxMessageBytes) {
    throw invalidParameter('Message too long');
  }
  return content;
}

/** The size of a message as it counts against the limits, in bytes. */
export function sizeOf({ message, attributes }: Content): number {
  return Object.entries(attributes).reduce(
    (size, [name, { type, value }]) =>
      size +
      Buffer.byteLength(name) +
      Buffer.byteLength(type) +
      (type === 'Binary' ? Buffer.byteLength(value, 'base64') : Buffer.byteLength(value)),
    Buffer.byteLength(message),
  );
}

/** The refusal of a request as SNS words it. */
export function invalidParameter(reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);
}

function attributesOf(given: QueryValue): Readonly<Record<string, MessageAttribute>> {
  if (!isMembers(given)) {
    throw invalidParameter('MessageAttributes is no map');
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, attributeOf(name, value)]));
}

function attributeOf(name: string, given: QueryValue): MessageAttribute {
  if (!attributeName.test(name)) {
    throw invalidValue(`'${name}' is no name of a message attribute`);
  }
  const { DataType: dataType, StringValue: text, BinaryValue: bytes } = isMembers(given) ? given : {};
  const type = attributeTypes.find((one) => one === dataType);
  if (type === undefined) {
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type; it is one of ${attributeTypes.join(', ')}`,
    );
  }
  const value = type === 'Binary' ? bytes : text;
  if (typeof value !== 'string' || value === '') {
    throw invalidValue(`The message attribute '${name}' must contain a non-empty value of type ${type}`);
  }
  if (type === 'Number' && !Number.isFinite(Number(value))) {
    throw invalidValue(`Could not cast message attribute '${name}' value to number`);
  }
  if (type === 'String.Array' && !isArray(value)) {
    throw invalidValue(`The message attribute '${name}' must be a JSON array of strings, numbers, booleans and null`);
  }
  return { type, value };
}

function isArray(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((entry) => entry === null || typeof entry !== 'object');
  } catch {
    return false;
  }
}

function isMembers(value: QueryValue): value is QueryMembers {
  return typeof value === 'object' && !Array.isArray(value);
}

function invalidValue(message: string): AwsError {
  return new AwsError('ParameterValueInvalid', message);
}
