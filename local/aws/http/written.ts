import type { CborWriter } from './cbor-writer';

/**
 * An output that writes itself. An operation whose replies are long and mostly text that it holds anyway (records in base64) joins
 * strings, or copies bytes, instead of building objects to be serialized.
 */
export class Written {
  constructor(
    /** A complete JSON document. */
    readonly json: () => string,
    /** Writes the same as one item of CBOR. */
    readonly cbor: (writer: CborWriter) => void,
  ) {}
}
