import * as fc from 'fast-check';
import { aggregate, type KclEvent, type KinesisRecord, type Position, type UserRecord } from '../../../../../consumer/kcl';
import { LATEST, TRIM_HORIZON } from '../../../../../consumer/kcl/decisions/position';
import { UserRecords, type SizedBatch } from '../../../../../consumer/kcl/runtime/reading/user-records';
import { middle, oneShard, twoShards } from '../../kpl/vectors';

const plain = (sequenceNumber: string, data: string | Uint8Array = sequenceNumber): KinesisRecord => ({
  partitionKey: 'k',
  sequenceNumber,
  subSequenceNumber: 0,
  data: Buffer.from(data as string),
  arrivalTimeMs: 0,
});

/** An aggregate of user records, given by their hash keys. */
function aggregated(sequenceNumber: string, ...hashKeys: readonly string[]): KinesisRecord {
  const records: UserRecord[] = hashKeys.map((explicitHashKey) => ({
    partitionKey: 'k',
    data: Buffer.from('x'),
    explicitHashKey,
  }));
  return plain(sequenceNumber, aggregate(records, { shards: oneShard })[0]?.data);
}

const broken = (sequenceNumber: string): KinesisRecord => plain(sequenceNumber, Buffer.from('f3899ac2', 'hex'));

const read = (...records: readonly KinesisRecord[]): SizedBatch => ({
  batch: { records, millisBehindLatest: 7 },
  bytes: records.reduce((sum, { data }) => sum + data.length, 0),
});

const names = ({ batch }: SizedBatch): string[] => batch.records.map((one) => `${one.sequenceNumber}.${one.subSequenceNumber}`);

function opening(startAfter: Position, options: { low?: boolean; maxRecords?: number } = {}): [UserRecords, KclEvent[]] {
  const events: KclEvent[] = [];
  const opened = new UserRecords({
    shardId: 'shard',
    hashRange: options.low === true ? twoShards[0] : undefined,
    startAfter,
    emit: (event) => events.push(event),
    ...(options.maxRecords !== undefined && { maxRecords: options.maxRecords }),
  });
  return [opened, events];
}

const at = (sequenceNumber: string, subSequenceNumber: number): Position => ({ sequenceNumber, subSequenceNumber });

describe('the user records of a shard', () => {
  test.each([
    ['before the aggregate', at('99', 0), ['100.0', '100.1', '100.2', '101.0']],
    ['at its first user record, or at a whole record: the number is the same', at('100', 0), ['100.1', '100.2', '101.0']],
    ['inside it', at('100', 1), ['100.2', '101.0']],
    ['at its last user record', at('100', 2), ['101.0']],
    ['past its last user record, as another library may have left it', at('100', 9), ['101.0']],
    ['at the last record read', at('101', 0), []],
    ['at no record yet', TRIM_HORIZON, ['100.0', '100.1', '100.2', '101.0']],
    ['at the then latest record', LATEST, ['100.0', '100.1', '100.2', '101.0']],
  ])('start after a checkpoint %s', (_where, startAfter, expected) => {
    const [opened, events] = opening(startAfter);
    const batches = [...opened.batches(read(aggregated('100', '1', '2', '3'), plain('101')))];
    expect(batches.map(names)).toEqual([expected]);
    expect(events).toEqual([]);
  });

  test('a read that brings only what was dealt with gives one empty batch, and the next read is whole', () => {
    const [opened] = opening(at('100', 0));
    expect([...opened.batches(read(plain('100')))]).toEqual([{ batch: { records: [], millisBehindLatest: 7 }, bytes: 0 }]);
    expect([...opened.batches(read())].map(names)).toEqual([[]]);
    expect([...opened.batches(read(plain('101'), plain('102')))].map(names)).toEqual([['101.0', '102.0']]);
  });

  test('a read without aggregates is handed on as it is', () => {
    const [opened] = opening(TRIM_HORIZON);
    const given = read(plain('1'), plain('2'));
    expect([...opened.batches(given)][0]).toBe(given);
  });

  test('what belongs to another shard is left out and counted, but not what the checkpoint covers', () => {
    const [opened, events] = opening(at('100', 1), { low: true });
    const batches = [...opened.batches(read(aggregated('100', middle, '1', middle, '2'), aggregated('101', middle, '3')))];
    expect(batches.map(names)).toEqual([['100.3', '101.1']]);
    expect(events).toEqual([{ type: 'user-records-skipped', shardId: 'shard', records: 2, sequenceNumber: '100' }]);
  });

  test('broken aggregates are handed on, and counted by their reasons', () => {
    const [opened, events] = opening(TRIM_HORIZON);
    const sound = aggregated('4', '1', '2');
    const cut = { ...sound, sequenceNumber: '2', data: sound.data.subarray(0, -1) };
    const given = [broken('1'), cut, broken('3'), sound];
    expect([...opened.batches(read(...given))].map(names)).toEqual([['1.0', '2.0', '3.0', '4.0', '4.1']]);
    expect(events).toEqual([
      { type: 'aggregate-malformed', shardId: 'shard', reason: 'truncated', records: 2, sequenceNumber: '1' },
      { type: 'aggregate-malformed', shardId: 'shard', reason: 'checksum', records: 1, sequenceNumber: '2' },
    ]);
  });

  test('what a reader repeats, having changed from one way of reading to another, is given once', () => {
    const [opened, events] = opening(TRIM_HORIZON, { low: true });
    const first = read(plain('99'), aggregated('100', '1', middle, '3'));
    expect([...opened.batches(first)].map(names)).toEqual([['99.0', '100.0', '100.2']]);
    expect([...opened.batches(first)].map(names)).toEqual([[]]);
    expect([...opened.batches(read(aggregated('100', '1', middle, '3'), plain('101')))].map(names)).toEqual([['101.0']]);
    expect([...opened.batches(read(broken('101'), plain('102')))].map(names)).toEqual([['102.0']]);
    expect(events).toHaveLength(1);
  });

  test('a large aggregate comes in batches, each made when it is asked for', () => {
    const [opened] = opening(TRIM_HORIZON, { maxRecords: 2 });
    const batches = [...opened.batches(read(aggregated('1', '1', '2', '3', '4', '5'), plain('2')))];
    expect(batches.map(names)).toEqual([
      ['1.0', '1.1'],
      ['1.2', '1.3'],
      ['1.4', '2.0'],
    ]);
    expect(batches.map(({ bytes }) => bytes)).toEqual([2, 2, 2]);
  });

  test('starting after any of them gives exactly those behind it, however reads and batches are cut', () => {
    const shard = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        shard,
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 7 }),
        (sizes, pick, perRead, maxRecords) => {
          const records = sizes.map((size, index) =>
            size === 1 ? plain(String(100 + index)) : aggregated(String(100 + index), ...Array<string>(size).fill('1')),
          );
          const all = sizes.flatMap((size, index) => Array.from({ length: size }, (_, sub) => at(String(100 + index), sub)));
          const chosen = pick % all.length;
          const startAfter = all[chosen] as Position;
          const [opened] = opening(startAfter, { maxRecords });
          const seen: string[] = [];
          // As a reader gives them: from the checkpoint's record on.
          const rest = records.filter(({ sequenceNumber }) => sequenceNumber >= startAfter.sequenceNumber);
          for (let from = 0; from < rest.length; from += perRead) {
            for (const batch of opened.batches(read(...rest.slice(from, from + perRead)))) {
              seen.push(...names(batch));
            }
          }
          expect(seen).toEqual(all.slice(chosen + 1).map((one) => `${one.sequenceNumber}.${one.subSequenceNumber}`));
        },
      ),
    );
  });
});
