import { maxDeviceIdLength } from '../../../core/message';
import type { Rejection } from '../rejection';
import { isWellFormed, outOfRange, wrongType } from './field-check';

/** A device's id: not empty, at most `maxDeviceIdLength` characters. */
export function checkDeviceId(value: unknown): string | Rejection {
  if (typeof value !== 'string') {
    return wrongType('device_id', value, 'a text');
  }
  if (value.length === 0 || value.length > maxDeviceIdLength) {
    return outOfRange('device_id', value, `1 to ${maxDeviceIdLength} characters are allowed`);
  }
  return isWellFormed(value) ? value : wrongType('device_id', value, 'a text of whole Unicode characters');
}

/** A message's number: an integer from 0 to 2^53 − 1. */
export function checkSequence(value: unknown): number | Rejection {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return wrongType('sequence', value, 'an integer');
  }
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? value
    : outOfRange('sequence', value, `0 to ${Number.MAX_SAFE_INTEGER} is allowed`);
}
