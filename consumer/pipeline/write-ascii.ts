/**
 * Writes a text of ASCII characters, one byte each. For short texts faster than the engine's encoders, which cost a call each.
 *
 * @param bytes - has room for the text @returns the place after the text
 */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    bytes[at + index] = text.charCodeAt(index);
  }
  return at + text.length;
}
