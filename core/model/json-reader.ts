import type { DocumentValue } from './document';
import { ModelFormatError } from './model-format-error';

/** A text, or what XGBoost writes for a number that JSON cannot hold. */
const textOrOddNumber = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** Numbers beyond what a double holds are read as infinite; where a number is needed, null is none. */
const written: Readonly<Record<string, string>> = { NaN: 'null', Infinity: '1e999', '-Infinity': '-1e999' };

/** What JSON says that may have XGBoost's `NaN` and `Infinity` in it. @throws ModelFormatError */
export function readJson(bytes: Uint8Array): DocumentValue {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const isPlain = !text.includes('NaN') && !text.includes('Infinity');
    return JSON.parse(isPlain ? text : text.replace(textOrOddNumber, (found) => written[found] ?? found)) as DocumentValue;
  } catch (error: unknown) {
    throw new ModelFormatError(`the file is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
