/** The types that numbers can have, by UBJSON's markers, and how many bytes one takes. */
const bytesByMarker = { i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 } as const;

/** UBJSON's marker of a type of number. */
export type NumberMarker = keyof typeof bytesByMarker;

export function isNumberMarker(marker: string): marker is NumberMarker {
  return Object.hasOwn(bytesByMarker, marker);
}

/** How many bytes a number of the type takes. */
export function bytesOf(marker: NumberMarker): number {
  return bytesByMarker[marker];
}

/** The number that begins at a byte, big-endian. A switch: calls by way of a table take four times as long. */
export function readNumber(marker: NumberMarker, view: DataView, offset: number): number {
  switch (marker) {
    case 'i':
      return view.getInt8(offset);
    case 'U':
      return view.getUint8(offset);
    case 'I':
      return view.getInt16(offset);
    case 'l':
      return view.getInt32(offset);
    case 'L':
      return Number(view.getBigInt64(offset));
    case 'd':
      return view.getFloat32(offset);
    case 'D':
      return view.getFloat64(offset);
  }
}

/** A list of numbers of one type, left where it lies in the file: of ten such lists of a tree, scoring needs five. */
export class PackedNumbers {
  private readonly bytes: number;

  /** @param view - `length` numbers from its beginning on */
  constructor(
    private readonly marker: NumberMarker,
    readonly length: number,
    private readonly view: DataView,
  ) {
    this.bytes = bytesOf(marker);
  }

  /** The number at an index below `length`. */
  at(index: number): number {
    return readNumber(this.marker, this.view, index * this.bytes);
  }
}
