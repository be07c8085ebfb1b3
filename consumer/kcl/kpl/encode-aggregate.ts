import { hash } from 'node:crypto';
import { aggregateTag, digestBytes, magic, recordTag } from './aggregate-format';
import { varintBytes, writeVarint } from './wire';

/** What a user record is to an aggregate. */
export interface EncodableRecord {
  readonly partitionKey: string;
  readonly explicitHashKey?: string | undefined;
  readonly data: Uint8Array;
}

/** Keys in the order of their first appearance, each once. */
class KeyTable {
  readonly keys: Buffer[] = [];
  private readonly places = new Map<string, number>();

  /** Where the key is, or would be. */
  indexOf(key: string): number {
    return this.places.get(key) ?? this.keys.length;
  }

  /** What the key would add to the table, in bytes. */
  growth(key: string): number {
    return this.places.has(key) ? 0 : fieldBytes(Buffer.byteLength(key));
  }

  add(key: string): number {
    const index = this.indexOf(key);
    if (index === this.keys.length) {
      this.places.set(key, index);
      this.keys.push(Buffer.from(key));
    }
    return index;
  }
}

interface Entry {
  readonly partitionKey: number;
  readonly explicitHashKey: number | undefined;
  readonly data: Uint8Array;
}

/**
 * Lays out an aggregate as the KPL does: both tables in the order of first appearance, then the user records in the order in which they were
 * added, fields by ascending number, an explicit hash key only where the producer gave one.
 */
export class AggregateEncoder {
  private readonly partitionKeys = new KeyTable();
  private readonly explicitHashKeys = new KeyTable();
  private readonly entries: Entry[] = [];
  private messageBytes = 0;

  get count(): number {
    return this.entries.length;
  }

  /** Size of the encoded aggregate, with a further record if one is given. */
  bytesWith(record?: EncodableRecord): number {
    return magic.length + this.messageBytes + (record === undefined ? 0 : this.growth(record)) + digestBytes;
  }

  add(record: EncodableRecord): void {
    this.messageBytes += this.growth(record);
    const { explicitHashKey, data } = record;
    this.entries.push({
      partitionKey: this.partitionKeys.add(record.partitionKey),
      explicitHashKey: explicitHashKey === undefined ? undefined : this.explicitHashKeys.add(explicitHashKey),
      data,
    });
  }

  encode(): Uint8Array {
    const target = Buffer.allocUnsafeSlow(this.bytesWith());
    target.set(magic);
    let at = magic.length;
    for (const key of this.partitionKeys.keys) {
      at = writeBytes(target, at, aggregateTag.partitionKey, key);
    }
    for (const key of this.explicitHashKeys.keys) {
      at = writeBytes(target, at, aggregateTag.explicitHashKey, key);
    }
    for (const { partitionKey, explicitHashKey, data } of this.entries) {
      at = writeVarint(target, at, aggregateTag.record);
      at = writeVarint(target, at, recordBytes(partitionKey, explicitHashKey, data));
      at = writeVarint(target, writeVarint(target, at, recordTag.partitionKeyIndex), partitionKey);
      if (explicitHashKey !== undefined) {
        at = writeVarint(target, writeVarint(target, at, recordTag.explicitHashKeyIndex), explicitHashKey);
      }
      at = writeBytes(target, at, recordTag.data, data);
    }
    target.write(hash('md5', target.subarray(magic.length, at), 'hex'), at, 'hex');
    return target;
  }

  private growth({ partitionKey, explicitHashKey, data }: EncodableRecord): number {
    const ofHashKey = explicitHashKey === undefined ? undefined : this.explicitHashKeys.indexOf(explicitHashKey);
    const record = fieldBytes(recordBytes(this.partitionKeys.indexOf(partitionKey), ofHashKey, data));
    const tables =
      this.partitionKeys.growth(partitionKey) +
      (explicitHashKey === undefined ? 0 : this.explicitHashKeys.growth(explicitHashKey));
    return record + tables;
  }
}

/** Every tag of the format takes one byte. */
const tagBytes = 1;

/** Of a field with a length before its value. */
function fieldBytes(length: number): number {
  return tagBytes + varintBytes(length) + length;
}

function recordBytes(partitionKey: number, explicitHashKey: number | undefined, data: Uint8Array): number {
  const ofHashKey = explicitHashKey === undefined ? 0 : tagBytes + varintBytes(explicitHashKey);
  return tagBytes + varintBytes(partitionKey) + ofHashKey + fieldBytes(data.length);
}

function writeBytes(target: Uint8Array, at: number, fieldTag: number, bytes: Uint8Array): number {
  const start = writeVarint(target, writeVarint(target, at, fieldTag), bytes.length);
  target.set(bytes, start);
  return start + bytes.length;
}
