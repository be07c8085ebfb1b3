import { isUtf8 } from 'node:buffer';
import { clip, Rejection, show } from './rejection';

/** A parsed message before validation: the top level of the JSON document. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The bytes of a record as a JSON object. In order of precedence: `oversized` (the size is looked at before anything is parsed),
 * `malformed_json` (not UTF-8, a byte order mark, or not JSON), `not_finite` (JSON but for NaN or infinity, or a number beyond
 * the range of a double anywhere in it), `not_an_object`.
 *
 * Of a key that a document has twice, the last value counts, as in every JSON parser that devices are tested against.
 */
export function decode(data: Uint8Array, maxMessageBytes: number): JsonObject | Rejection {
  if (data.byteLength > maxMessageBytes) {
    return new Rejection('oversized', `the record has ${data.byteLength} bytes; at most ${maxMessageBytes} are allowed`);
  }
  if (!isUtf8(data)) {
    return new Rejection('malformed_json', 'the bytes are not valid UTF-8');
  }
  const text = asBuffer(data).toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error: unknown) {
    return notJson(text, error);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
    return parsed as JsonObject;
  }
  return overflow(parsed) ?? new Rejection('not_an_object', `the document is ${show(parsed)}; an object is expected`);
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * `not_finite` when a number anywhere in the document overflowed to an infinity (`1e999`); undefined otherwise. Walks with a
 * list, not by recursion: a document may be nested as deep as it has bytes.
 */
export function overflow(document: unknown): Rejection | undefined {
  const open: { readonly value: unknown; readonly path: string | undefined }[] = [{ value: document, path: undefined }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return new Rejection('not_finite', 'a number lies beyond the range of a double', path);
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        open.push({ value: child, path: path ?? (Array.isArray(document) ? undefined : key.slice(0, 256)) });
      }
    }
  }
  return undefined;
}

/** Texts are matched first, so that the words inside them do not count. Written as Python, C and JavaScript print them. */
const notFiniteToken = /"(?:[^"\\]|\\.)*"|(?<![\w.])[+-]?(?:nan|inf(?:inity)?)(?![\w.])/gi;

function notJson(text: string, error: unknown): Rejection {
  let token: string | undefined;
  const repaired = text.replace(notFiniteToken, (match) => {
    if (match.startsWith('"')) {
      return match;
    }
    token ??= match;
    return '0';
  });
  if (token !== undefined) {
    try {
      JSON.parse(repaired);
      return new Rejection('not_finite', `${token} is not a JSON number`);
    } catch {
      // Broken in another way too: reported as malformed below.
    }
  }
  return new Rejection('malformed_json', clip(error instanceof Error ? error.message : String(error)));
}
