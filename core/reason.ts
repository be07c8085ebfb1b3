/**
 * Why a record was put into quarantine. Part of the public contract: codes are stored with every quarantined record,
 * counted in metrics and alarms, and never renamed.
 */
export const reasonCodes = {
  malformed_json: 'The bytes are not UTF-8 JSON.',
  malformed_csv: 'A line put on a delivery stream that takes CSV is not UTF-8, or has a quote where none may be.',
  not_finite: 'The document is JSON but for NaN or an infinity, which JSON cannot express; or a number overflows a double.',
  not_an_object: 'The document is JSON, but not an object.',
  unknown_source_type: 'source_type is missing, or names no message type of the domain.',
  missing_field: 'A required field is absent or null.',
  unknown_field: 'A field that the message type does not have.',
  wrong_type: 'A field has another type than the schema says.',
  unknown_unit: 'units names a unit that is not understood, or one of another quantity than the field.',
  out_of_range: 'A value lies outside the bounds of what is physically possible, or a text is not one of those allowed.',
  clock_skew: 'event_time lies further ahead of, or behind, the arrival at the stream than the domain allows.',
  device_mismatch:
    'The partition key, which says who sent the record, is not the device_id: a message in the name of another device.',
  oversized: 'The record is larger than a message of the domain may be.',
  processing_failed:
    "The domain's process function or the pipeline failed on the message, or one of its rows cannot be delivered.",
} as const satisfies Record<string, string>;

/** A stable code that says why a record was quarantined. */
export type ReasonCode = keyof typeof reasonCodes;

/** Whether `code` is a reason code. */
export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasonCodes, code);
}
