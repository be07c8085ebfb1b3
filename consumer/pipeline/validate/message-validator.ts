import type { Domain } from '../../../core/domain';
import { envelopeFields, type Field, type Message, type MessageSchema } from '../../../core/message';
import { reasonCodes, type ReasonCode } from '../../../core/reason';
import { overflow, type JsonObject } from '../decode';
import { Rejection, show } from '../rejection';
import { checkDeviceId, checkSequence } from './envelope-check';
import { parseEventTime } from './event-time';
import { compileField, type FieldCheck } from './field-check';
import { readUnits } from './units-check';

/**
 * Judges a decoded document. `arrivalTimeMs` is when the stream received it, in milliseconds since the epoch.
 *
 * A message with several faults is rejected for the one that comes first in `reasonCodes` (not_finite, unknown_source_type,
 * missing_field, unknown_field, wrong_type, unknown_unit, out_of_range, clock_skew); among several of that kind the first in the
 * order of the message counts, among missing fields the first in the order of the schema. So the reason depends on the message
 * alone, and a message with one fault gets exactly that fault's reason.
 */
export type MessageValidator = (document: JsonObject, arrivalTimeMs: number) => Message | Rejection;

/** A validator for all message types of a domain. @throws RangeError when a schema contradicts itself */
export function compileValidator(domain: Domain): MessageValidator {
  const byType = new Map(Object.entries(domain.messages).map(([type, schema]) => [type, compileType(type, schema, domain)]));
  const known = [...byType.keys()].join(', ');
  return (document, arrivalTimeMs) => {
    const type = Object.hasOwn(document, 'source_type') ? document['source_type'] : undefined;
    const validate = typeof type === 'string' ? byType.get(type) : undefined;
    const message =
      validate === undefined
        ? new Rejection('unknown_source_type', `source_type is ${show(type)}; one of ${known} is expected`, 'source_type')
        : validate(document, arrivalTimeMs);
    // An overflowed number also fails a check of its field, so the whole document is searched only when something is wrong.
    return message instanceof Rejection ? (overflow(document) ?? message) : message;
  };
}

const precedence = new Map((Object.keys(reasonCodes) as ReasonCode[]).map((code, rank) => [code, rank]));

/** Keeps the fault that counts. */
class Faults {
  first: Rejection | undefined;

  add(fault: Rejection): void {
    if (this.first === undefined || rank(fault) < rank(this.first)) {
      this.first = fault;
    }
  }

  addIfAny(outcome: unknown): void {
    if (outcome instanceof Rejection) {
      this.add(outcome);
    }
  }
}

function rank(fault: Rejection): number {
  return precedence.get(fault.reason) ?? 0;
}

interface CompiledField {
  readonly check: FieldCheck;
  readonly isRequired: boolean;
}

function compileType(sourceType: string, { fields }: MessageSchema, domain: Domain): MessageValidator {
  const schema = new Map<string, Field>(Object.entries(fields));
  for (const name of envelopeFields) {
    if (schema.has(name)) {
      throw new RangeError(`message type ${sourceType}: ${name} belongs to every message and cannot be a field`);
    }
  }
  const checks = new Map<string, CompiledField>(
    [...schema].map(([name, field]) => [name, { check: compileField(name, field), isRequired: field.optional !== true }]),
  );
  const required = [...schema].filter(([, field]) => field.optional !== true).map(([name]) => name);
  const absent = Object.fromEntries([...schema.keys()].map((name) => [name, null]));
  const { aheadMs, behindMs = Infinity } = domain.clock;

  return (document, arrivalTimeMs) => {
    const faults = new Faults();
    const units = Object.hasOwn(document, 'units')
      ? readUnits(document['units'], schema, (fault) => faults.add(fault))
      : undefined;
    const values: Record<string, number | string | boolean | null> = { ...absent };
    let requiredSeen = 0;
    let deviceId: string | Rejection | undefined;
    let sequence: number | Rejection | undefined;
    let eventTime: number | Rejection | undefined;
    // Keys are taken from the document, never looked up in it, so nothing inherited from a prototype is taken for a field.
    for (const name of Object.keys(document)) {
      const value = document[name];
      const field = checks.get(name);
      if (field !== undefined) {
        if (value === null) {
          continue;
        }
        requiredSeen += field.isRequired ? 1 : 0;
        const checked = field.check(value, units?.[name]);
        if (checked instanceof Rejection) {
          faults.add(checked);
        } else {
          values[name] = checked;
        }
        continue;
      }
      switch (name) {
        case 'device_id':
          deviceId = value === null ? undefined : checkDeviceId(value);
          break;
        case 'sequence':
          sequence = value === null ? undefined : checkSequence(value);
          break;
        case 'event_time':
          eventTime = value === null ? undefined : parseEventTime(value);
          break;
        case 'source_type':
        case 'units':
          break;
        default:
          faults.add(new Rejection('unknown_field', `${sourceType} has no field ${show(name)}`, name.slice(0, 256)));
      }
    }
    faults.addIfAny(deviceId);
    faults.addIfAny(sequence);
    faults.addIfAny(eventTime);
    if (requiredSeen < required.length || deviceId === undefined || sequence === undefined || eventTime === undefined) {
      const missing = ['device_id', 'sequence', 'event_time', ...required].find((name) => isAbsent(document, name));
      return new Rejection('missing_field', `${String(missing)} is missing; ${sourceType} requires it`, missing);
    }
    if (typeof eventTime === 'number' && (eventTime > arrivalTimeMs + aheadMs || eventTime < arrivalTimeMs - behindMs)) {
      faults.add(clockSkew(eventTime, arrivalTimeMs, domain));
    }
    if (
      faults.first !== undefined ||
      deviceId instanceof Rejection ||
      sequence instanceof Rejection ||
      eventTime instanceof Rejection
    ) {
      return faults.first ?? new Rejection('wrong_type', 'the envelope is not valid');
    }
    return { sourceType, deviceId, sequence, eventTime, values };
  };
}

function isAbsent(document: JsonObject, name: string): boolean {
  return !Object.hasOwn(document, name) || document[name] === null;
}

function clockSkew(eventTime: number, arrivalTimeMs: number, { clock }: Domain): Rejection {
  const difference = eventTime - arrivalTimeMs;
  const [direction, allowed] = difference > 0 ? ['after', clock.aheadMs] : ['before', clock.behindMs ?? Infinity];
  return new Rejection(
    'clock_skew',
    `event_time is ${Math.abs(difference)} ms ${direction} the arrival; ${allowed} ms is allowed`,
    'event_time',
  );
}
