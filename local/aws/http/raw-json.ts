/**
 * An output that is already JSON text. An operation whose replies are long and mostly text that it holds anyway (records in
 * base64) joins strings instead of building objects to be serialized.
 */
export class RawJson {
  /** @param text a complete JSON document */
  constructor(readonly text: string) {}
}
