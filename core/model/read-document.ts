import { Place } from './document';
import { readJson } from './json-reader';
import { ModelFormatError } from './model-format-error';
import { readUbjson } from './ubjson-reader';

/** What files begin with that are neither UBJSON nor JSON, and what to do about them. */
const refused: readonly { readonly beginning: readonly number[]; readonly what: string }[] = [
  {
    beginning: [0x62, 0x69, 0x6e, 0x66],
    what: 'the binary format of XGBoost before 2.1 (binf) is not supported: load it with XGBoost 1.7 to 3.0 and save it as .ubj',
  },
  { beginning: [0x80], what: 'a Python pickle is not supported: save the model with save_model' },
  { beginning: [0x1f, 0x8b], what: 'a gzip archive is not a model: take the file out of it' },
];

/** The first byte of a UBJSON object's member: the type of its name's length. */
const lengthMarkers: ReadonlySet<number> = new Set(['i', 'U', 'I', 'l', 'L'].map((marker) => marker.charCodeAt(0)));

/** What a model file says, UBJSON or JSON. @throws ModelFormatError */
export function readDocument(bytes: Uint8Array): Place {
  const known = refused.find(({ beginning }) => beginning.every((byte, index) => bytes[index] === byte));
  if (known !== undefined) {
    throw new ModelFormatError(`the file: ${known.what}`);
  }
  if (bytes[0] !== '{'.charCodeAt(0)) {
    throw new ModelFormatError('the file: neither UBJSON nor JSON, which begin with {');
  }
  return new Place(lengthMarkers.has(bytes[1] ?? 0) ? readUbjson(bytes) : readJson(bytes));
}
