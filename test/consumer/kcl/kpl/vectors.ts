import type { UserRecord } from '../../../../consumer/kcl';

/** What another library made of the same user records. */
export interface Vector {
  readonly maker: string;
  readonly userRecords: readonly UserRecord[];
  /** What it puts into the stream beside the data. */
  readonly outer: { readonly partitionKey: string; readonly explicitHashKey: string | undefined };
  /** Base64. */
  readonly data: string;
}

const user = (partitionKey: string, data: string | Buffer, explicitHashKey?: string): UserRecord => ({
  partitionKey,
  data: Buffer.from(data as string),
  explicitHashKey,
});

/** In the middle of all hash keys: where the second of two shards begins. */
export const middle = String(1n << 127n);
const last = String((1n << 128n) - 1n);
export const twoShards = [
  { startingHashKey: '0', endingHashKey: String((1n << 127n) - 1n) },
  { startingHashKey: middle, endingHashKey: last },
];
export const oneShard = [{ startingHashKey: '0', endingHashKey: last }];

/**
 * By the KPL itself: software.amazon.kinesis:amazon-kinesis-producer 1.0.4 with its native producer, against a server that speaks HTTPS,
 * answers ListShards with `twoShards` and notes the bodies of PutRecords. The records were added in this order, within the buffering time.
 */
export const kplInput: readonly UserRecord[] = [
  ...Array.from({ length: 6 }, (_, index) => user(`device-${index % 3}`, `r${index}`)),
  user('with-key', 'low', '5'),
  user('gerät', Buffer.alloc(200), '5'),
  user('with-key', 'high', middle),
];

export const kplOutput: readonly Omit<Vector, 'maker'>[] = [
  {
    userRecords: [0, 2, 3, 5, 6, 7].map((index) => kplInput[index] as UserRecord),
    outer: { partitionKey: 'a', explicitHashKey: '43769754311958810539554518939743805826' },
    data: [
      '84mawgoIZGV2aWNlLTAKCGRldmljZS0yCgh3aXRoLWtleQoGZ2Vyw6R0EgE1GgYIABoCcjAaBggBGgJyMhoGCAAaAnIzGgYIARoCcjUaCQgCEA',
      'AaA2xvdxrPAQgDEAAayAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAHJHGsza/tGRisM7HZmK9oY=',
    ].join(''),
  },
  {
    userRecords: [1, 4, 8].map((index) => kplInput[index] as UserRecord),
    outer: { partitionKey: 'a', explicitHashKey: '277901890176008628857739572313990950024' },
    data: [
      '84mawgoIZGV2aWNlLTEKCHdpdGgta2V5EicxNzAxNDExODM0NjA0NjkyMzE3MzE2ODczMDM3MTU4ODQxMDU3MjgaBggAGgJyMRoGCAAaAnI0Gg',
      'oIARAAGgRoaWdodJkrBgEFlMhdwYyqzKKDCQ==',
    ].join(''),
  },
];

/**
 * By com.amazonaws:amazon-kinesis-aggregator 1.0.3 (`AggRecord.toRecordBytes`), which fills in the hash keys that it is not given, and by
 * aws_kinesis_agg 1.2.3 from PyPI (`AggRecord.get_contents`).
 */
export const vectors: readonly Vector[] = [
  {
    maker: 'java filled-in-hash-keys',
    userRecords: [
      user('device-1', 'one', '277901890176008628857739572313990950024'),
      user('device-2', 'two', '53010320865341428648053222576720576528'),
      user('device-1', '', '277901890176008628857739572313990950024'),
    ],
    outer: { partitionKey: 'device-1', explicitHashKey: '277901890176008628857739572313990950024' },
    data: [
      '84mawgoIZGV2aWNlLTEKCGRldmljZS0yEicyNzc5MDE4OTAxNzYwMDg2Mjg4NTc3Mzk1NzIzMTM5OTA5NTAwMjQSJjUzMDEwMzIwODY1MzQxND',
      'I4NjQ4MDUzMjIyNTc2NzIwNTc2NTI4GgkIABAAGgNvbmUaCQgBEAEaA3R3bxoGCAAQABoAFWkLh1EkNnxeBkHtEI5sWQ==',
    ].join(''),
  },
  {
    maker: 'java explicit-hash-keys',
    userRecords: [user('gerät-ü', 'a', '0'), user('k', Buffer.alloc(200), last), user('gerät-ü', 'c', '0')],
    outer: { partitionKey: 'gerät-ü', explicitHashKey: '0' },
    data: [
      '84mawgoJZ2Vyw6R0LcO8CgFrEgEwEiczNDAyODIzNjY5MjA5Mzg0NjM0NjMzNzQ2MDc0MzE3NjgyMTE0NTUaBwgAEAAaAWEazwEIARABGsgBAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaBwgAEAAaAWPaC2ZIIPPuf0usBD0NIHta',
    ].join(''),
  },
  {
    maker: 'python no-hash-keys',
    userRecords: [user('device-1', 'one'), user('device-2', 'two'), user('device-1', '')],
    outer: { partitionKey: 'device-1', explicitHashKey: undefined },
    data: '84mawgoIZGV2aWNlLTEKCGRldmljZS0yGgcIABoDb25lGgcIARoDdHdvGgQIABoAvRienDBMpV2oUFP8UK79AA==',
  },
  {
    maker: 'python mixed-hash-keys',
    userRecords: [user('gerät-ü', 'a', '0'), user('k', Buffer.alloc(200)), user('k2', 'c', last), user('gerät-ü', 'd', '0')],
    outer: { partitionKey: 'gerät-ü', explicitHashKey: '0' },
    data: [
      '84mawgoJZ2Vyw6R0LcO8CgFrCgJrMhIBMBInMzQwMjgyMzY2OTIwOTM4NDYzNDYzMzc0NjA3NDMxNzY4MjExNDU1GgcIABAAGgFhGs0BCAEayA',
      'EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABoHCAIQARoBYxoHCAAQABoBZH4iiAmWmBmW+suCRQVD530=',
    ].join(''),
  },
];

/** 300 records over 150 keys, so that indices take two bytes: given by the SHA-256 of what aws_kinesis_agg makes of them. */
export const many = {
  userRecords: Array.from({ length: 300 }, (_, index) => user(`key-${index % 150}`, `{"n":${index}}`)),
  bytes: 5694,
  sha256: '2ba2d09ff53ef94684b5c9d501efbde2a99d38a93510bf15401a189f3a4f7071',
};
