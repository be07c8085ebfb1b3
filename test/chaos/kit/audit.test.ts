import { audit, compareSequence, type SentRecord, type ViolationKind } from './audit';
import { Journal, parseJournal, type Session } from './journal';

/** Sequence numbers of different lengths, as they are once a shard is old enough. */
const sequence = (index: number): string => String(98 + index);

const sent = (shardId: string, count: number): readonly SentRecord[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${shardId}-${index}`, shardId, sequenceNumber: sequence(index) }));

const session = (
  worker: string,
  shardId: string,
  indices: readonly number[],
  startMs: number,
  more: Partial<Session> = {},
): Session => ({
  worker,
  shardId,
  startMs,
  startAfter: 'TRIM_HORIZON',
  records: indices.map((index, at) => ({
    timeMs: startMs + at,
    sequenceNumber: sequence(index),
    id: `${shardId}-${index}`,
  })),
  checkpoints: [],
  ended: false,
  ...more,
});

const kinds = (input: Partial<Parameters<typeof audit>[0]>): readonly ViolationKind[] => [
  ...new Set(audit({ sent: [], sessions: [], shards: [], ...input }).violations.map(({ kind }) => kind)),
];

describe('the audit of a run', () => {
  const records = sent('s', 6);

  it('is content with a shard that went from one worker to the next with a replay, and counts what was repeated', () => {
    const sessions = [
      session('a', 's', [0, 1, 2, 3], 100, { checkpoints: [sequence(1)] }),
      session('b', 's', [2, 3, 4, 5], 200, { startAfter: sequence(1) }),
    ];
    expect(audit({ sent: records, sessions, shards: [] })).toEqual({
      sent: 6,
      processed: 6,
      duplicates: 2,
      sessions: 2,
      violations: [],
    });
  });

  it('is content with a worker that was paused and went on with what it had in hand', () => {
    const sessions = [
      session('a', 's', [0, 1, 2, 3], 100),
      session('b', 's', [1, 2, 3, 4, 5], 200, { startAfter: sequence(0) }),
      session('c', 's', [], 300),
    ];
    const late = {
      ...sessions[0],
      records: [...(sessions[0]?.records ?? []), { timeMs: 900, sequenceNumber: '102', id: 's-4' }],
    };
    expect(kinds({ sent: records, sessions: [late as Session, ...sessions.slice(1)] })).toEqual([]);
  });

  it.each<[ViolationKind, readonly Session[]]>([
    ['lost', [session('a', 's', [0, 1, 2, 3, 4], 100)]],
    ['skipped', [session('a', 's', [0, 1, 2, 4, 5], 100), session('b', 's', [3, 4, 5], 200, { startAfter: sequence(2) })]],
    ['skipped', [session('a', 's', [0, 1, 2], 100), session('b', 's', [4, 5], 200, { startAfter: sequence(2) })]],
    ['disordered', [session('a', 's', [0, 1, 2, 4, 3, 5], 100)]],
    ['overtaken', [session('a', 's', [3, 4, 5], 100, { startAfter: sequence(2) }), session('b', 's', [0, 1, 2], 200)]],
    ['checkpoint-ahead', [session('a', 's', [0, 1, 2, 3, 4, 5], 100, { checkpoints: [sequence(9)] })]],
  ])('finds what was %s', (kind, sessions) => {
    expect(kinds({ sent: records, sessions })).toContain(kind);
  });

  it('finds a record that is not the one that was sent', () => {
    const other = session('a', 's', [0], 100, { records: [{ timeMs: 100, sequenceNumber: sequence(0), id: 'another' }] });
    expect(kinds({ sent: sent('s', 1), sessions: [other] })).toEqual(['foreign']);
  });

  it('finds a child that was read before all of its parents were', () => {
    const sessions = [session('a', 'low', [0, 1], 100), session('b', 'high', [0, 1], 300), session('a', 'child', [0], 200)];
    const shards = [{ shardId: 'child', parentShardIds: ['low', 'high'] }];
    const all = [...sent('low', 2), ...sent('high', 2), ...sent('child', 1)];
    expect(kinds({ sent: all, sessions, shards })).toEqual(['child-before-parent']);
    expect(kinds({ sent: all, sessions: [...sessions.slice(0, 2), session('a', 'child', [0], 400)], shards })).toEqual([]);
  });

  it('orders sequence numbers as numbers', () => {
    expect(['100', '99', '9', '101'].sort(compareSequence)).toEqual(['9', '99', '100', '101']);
  });
});

describe('a journal', () => {
  it('is read back as the sessions that were written, without a last line that a kill tore', () => {
    const text =
      Journal.line('start', 's', 'TRIM_HORIZON') +
      Journal.line('record', 's', '100', 'a') +
      Journal.line('checkpoint', 's', '100') +
      Journal.line('start', 't', '7') +
      Journal.line('end', 's') +
      Journal.line('start', 's', '100') +
      'record\t17';
    const read = parseJournal('w', text).map(({ checkpoints, ended, records, shardId, startAfter }) => [
      shardId,
      startAfter,
      records.map(({ id }) => id),
      checkpoints,
      ended,
    ]);
    expect(read).toEqual([
      ['s', 'TRIM_HORIZON', ['a'], ['100'], true],
      ['t', '7', [], [], false],
      ['s', '100', [], [], false],
    ]);
  });

  it('is refused where a line is none of its own', () => {
    expect(() => parseJournal('w', 'record\t1\ts\t100\ta\n')).toThrow('w: this is no line of a journal');
  });
});
