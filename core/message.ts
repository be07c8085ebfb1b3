import type { Unit } from './units';

/**
 * What every message carries beside the fields of its type. `units` says, per field, in which unit the device reports, when
 * that is not the canonical one: `{"temperature": 75.2, "units": {"temperature": "degF"}}`.
 */
export const envelopeFields = ['source_type', 'device_id', 'sequence', 'event_time', 'units'] as const;

/** Upper bound on the length of `device_id`, in characters: a Kinesis partition key has at most 256. */
export const maxDeviceIdLength = 128;

interface FieldBase {
  /** What the value means. */
  readonly doc: string;
  /** Whether a message may leave the field out (or send null). @default false */
  readonly optional?: boolean;
}

/** A number, finite by definition of JSON. Bounds are inclusive and in the canonical unit. */
export interface NumberField extends FieldBase {
  readonly type: 'number' | 'integer';
  /** Canonical unit; messages may name another unit of the same quantity under `units`. @default - no unit */
  readonly unit?: Unit;
  /** The smallest value that is physically possible. */
  readonly minimum: number;
  /** The largest value that is physically possible. */
  readonly maximum: number;
}

/** A text; either one of a list, or of bounded length. */
export interface StringField extends FieldBase {
  readonly type: 'string';
  /** Longest text allowed, in UTF-16 code units. @default 256 */
  readonly maxLength?: number;
  /** The only values allowed. @default - any text */
  readonly allowed?: readonly string[];
}

/** True or false; the texts "true" and "false" are of the wrong type. */
export interface BooleanField extends FieldBase {
  readonly type: 'boolean';
}

/** A field of a message type. */
export type Field = NumberField | StringField | BooleanField;

/** A message type: what a source sends, beside the envelope. Anything not named here is an unknown field. */
export interface MessageSchema {
  /** Who sends this message, and when. */
  readonly doc: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** A message after validation: strict types, canonical units, nothing unknown. Optional fields that were left out are null. */
export interface Message {
  /** The message type. */
  readonly sourceType: string;
  readonly deviceId: string;
  /** Rises by one with each message of a device; (deviceId, sequence) identifies a message for ever. */
  readonly sequence: number;
  /** When it was measured, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly eventTime: number;
  /** The fields of the message type, in canonical units. */
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
}
