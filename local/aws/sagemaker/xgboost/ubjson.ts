/** A value that UBJSON can hold; a typed array becomes an array of one type, the compact form that XGBoost reads fastest. */
export type UbjsonValue =
  | string
  | number
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Uint8Array
  | readonly UbjsonValue[]
  | { readonly [name: string]: UbjsonValue };

/**
 * Encodes Universal Binary JSON, draft 12: big-endian; each value begins with a marker of its type.
 * @see https://ubjson.org/type-reference/
 */
export function encodeUbjson(value: UbjsonValue): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: UbjsonValue, parts: Buffer[]): void {
  if (typeof value === 'string') {
    parts.push(Buffer.from('S'));
    writeText(value, parts);
  } else if (typeof value === 'number') {
    writeInteger(value, parts);
  } else if (value instanceof Int32Array) {
    writeTyped('l', value.length, 4, (out, index) => out.writeInt32BE(value[index] as number, index * 4), parts);
  } else if (value instanceof BigInt64Array) {
    writeTyped('L', value.length, 8, (out, index) => out.writeBigInt64BE(value[index] as bigint, index * 8), parts);
  } else if (value instanceof Float32Array) {
    writeTyped('d', value.length, 4, (out, index) => out.writeFloatBE(value[index] as number, index * 4), parts);
  } else if (value instanceof Uint8Array) {
    writeTyped('U', value.length, 1, (out, index) => out.writeUInt8(value[index] as number, index), parts);
  } else if (isList(value)) {
    parts.push(Buffer.from('['));
    value.forEach((item) => write(item, parts));
    parts.push(Buffer.from(']'));
  } else {
    parts.push(Buffer.from('{'));
    for (const [name, member] of Object.entries(value)) {
      writeText(name, parts);
      write(member, parts);
    }
    parts.push(Buffer.from('}'));
  }
}

const isList = (value: UbjsonValue): value is readonly UbjsonValue[] => Array.isArray(value);

function writeInteger(value: number, parts: Buffer[]): void {
  const out = Buffer.alloc(9);
  out.write('L');
  out.writeBigInt64BE(BigInt(value), 1);
  parts.push(out);
}

function writeText(value: string, parts: Buffer[]): void {
  const characters = Buffer.from(value, 'utf8');
  writeInteger(characters.length, parts);
  parts.push(characters);
}

function writeTyped(
  marker: string,
  length: number,
  size: number,
  put: (out: Buffer, index: number) => void,
  parts: Buffer[],
): void {
  parts.push(Buffer.from(`[$${marker}#`));
  writeInteger(length, parts);
  const out = Buffer.alloc(length * size);
  for (let index = 0; index < length; index++) {
    put(out, index);
  }
  parts.push(out);
}
