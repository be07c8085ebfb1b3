/** The part of an HTTP response that tells the time. */
export interface DatedResponse {
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The service's own time when it answered, as the header Date has it: whole seconds, rounded down. The SDK corrects its signatures by
 * the same header, which every AWS service sends. Undefined where there is none, or something that is no date.
 *
 * @returns milliseconds since the epoch
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-date
 */
export function streamTimeOf({ headers }: DatedResponse): number | undefined {
  const ms = Date.parse(headers?.['date'] ?? headers?.['Date'] ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
