import { hash } from 'node:crypto';
import { aggregateTag, digestBytes, magic, recordTag, startsWithMagic } from './aggregate-format';
import { hashKeyOf, parseHashKey, type HexHashKey } from './hash-key';
import { WireReader } from './wire';

/**
 * Why data that begins like an aggregate is not opened.
 *
 * - `truncated`: there is no room for a message and its checksum.
 * - `checksum`: the MD5 at the end is not that of the message.
 * - `format`: the message is not protobuf, or a user record lacks its key or its data.
 * - `index`: a user record names a key that is not in its table.
 * - `hash-key`: an explicit hash key is not a decimal from 0 to 2^128−1.
 * - `empty`: there is no user record in it.
 */
export type MalformedReason = 'truncated' | 'checksum' | 'format' | 'index' | 'hash-key' | 'empty';

/**
 * Numbers kept per user record: index of its partition key, index of its explicit hash key or −1, begin and end of its data. A user
 * record takes six bytes at least, so a hostile aggregate of a megabyte has 170,000 of them: hence no object for each.
 */
const stride = 4;
/** Stands for every index that is larger: no table is this long. */
const largestIndex = 2 ** 31 - 1;

/** An aggregate that has been checked from end to end. Its user records are made when they are asked for, on the bytes as they came. */
export class Aggregate {
  private readonly hashKeys: HexHashKey[] = [];

  /** @internal made by `openAggregate` */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly partitionKeys: readonly string[],
    private readonly explicitHashKeys: readonly string[],
    private readonly explicitInHex: readonly (HexHashKey | undefined)[],
    private readonly index: Int32Array,
  ) {}

  /** How many user records there are, at least one. */
  get count(): number {
    return this.index.length / stride;
  }

  partitionKey(record: number): string {
    return this.partitionKeys[this.index[record * stride] ?? 0] ?? '';
  }

  /** As the producer gave it; undefined when it gave none. */
  explicitHashKey(record: number): string | undefined {
    return this.explicitHashKeys[this.index[record * stride + 1] ?? -1];
  }

  /** Where the stream would have put the record by itself. */
  hashKey(record: number): HexHashKey {
    const explicit = this.explicitInHex[this.index[record * stride + 1] ?? -1];
    return explicit ?? (this.hashKeys[this.index[record * stride] ?? 0] ??= hashKeyOf(this.partitionKey(record)));
  }

  /** A view of the aggregate's bytes. */
  data(record: number): Uint8Array {
    return this.bytes.subarray(this.index[record * stride + 2], this.index[record * stride + 3]);
  }
}

/**
 * The aggregate that the data is, or why it is none: `undefined` for what does not begin like one, a reason for what does and is
 * broken. Never throws; takes time and memory in proportion to the data, whatever stands in it.
 *
 * What counts as broken is what the Java KCL's `AggregatorUtil` takes for no aggregate, and beyond that what it drops with a line in
 * its log (`index`, `hash-key`) or without (`empty`).
 */
export function openAggregate(data: Uint8Array): Aggregate | MalformedReason | undefined {
  if (!startsWithMagic(data)) {
    return undefined;
  }
  const end = data.length - digestBytes;
  if (end <= magic.length) {
    return 'truncated';
  }
  const message = data.subarray(magic.length, end);
  if (hash('md5', message, 'hex') !== Buffer.from(data.buffer, data.byteOffset + end, digestBytes).toString('hex')) {
    return 'checksum';
  }
  return parse(data, new WireReader(data, magic.length, end));
}

function parse(data: Uint8Array, reader: WireReader): Aggregate | MalformedReason {
  const text = Buffer.from(data.buffer, data.byteOffset, data.length);
  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const index = new Int32Array(countRecords(data, reader) * stride);
  let at = 0;
  while (reader.more) {
    const fieldTag = reader.varint();
    if (fieldTag === aggregateTag.record) {
      parseRecord(reader, index, at);
      at += stride;
    } else if (fieldTag === aggregateTag.partitionKey || fieldTag === aggregateTag.explicitHashKey) {
      const table = fieldTag === aggregateTag.partitionKey ? partitionKeys : explicitHashKeys;
      const end = reader.length() + reader.at;
      table.push(text.toString('utf8', reader.at, end));
      reader.at = end;
    } else {
      reader.skip(fieldTag);
    }
  }
  if (reader.failed) {
    return 'format';
  }
  // The tables may stand behind the records, so what points into them can be checked only now.
  for (let entry = 0; entry < index.length; entry += stride) {
    if ((index[entry] ?? 0) >= partitionKeys.length || (index[entry + 1] ?? 0) >= explicitHashKeys.length) {
      return 'index';
    }
  }
  const explicitInHex = explicitHashKeys.map(parseHashKey);
  if (explicitInHex.includes(undefined)) {
    return 'hash-key';
  }
  return index.length === 0 ? 'empty' : new Aggregate(data, partitionKeys, explicitHashKeys, explicitInHex, index);
}

/** How many user records there are; too few when the message is broken, which shows when it is parsed. */
function countRecords(data: Uint8Array, { at, end }: WireReader): number {
  const reader = new WireReader(data, at, end);
  let count = 0;
  while (reader.more) {
    const fieldTag = reader.varint();
    count += fieldTag === aggregateTag.record ? 1 : 0;
    reader.skip(fieldTag);
  }
  return count;
}

/** Enters a user record into the index. Of a field that is there twice the last one counts, as protobuf has it. */
function parseRecord(reader: WireReader, index: Int32Array, at: number): void {
  const length = reader.length();
  const outerEnd = reader.end;
  reader.end = reader.at + length;
  let partitionKey = -1;
  let explicitHashKey = -1;
  let begin = -1;
  let end = -1;
  while (reader.more) {
    const fieldTag = reader.varint();
    if (fieldTag === recordTag.data) {
      const size = reader.length();
      begin = reader.at;
      end = begin + size;
      reader.at = end;
    } else if (fieldTag === recordTag.partitionKeyIndex) {
      partitionKey = reader.varint();
    } else if (fieldTag === recordTag.explicitHashKeyIndex) {
      explicitHashKey = reader.varint();
    } else {
      reader.skip(fieldTag);
    }
  }
  reader.end = outerEnd;
  reader.failed ||= partitionKey < 0 || begin < 0;
  index[at] = Math.min(partitionKey, largestIndex);
  index[at + 1] = Math.min(explicitHashKey, largestIndex);
  index[at + 2] = begin;
  index[at + 3] = end;
}
