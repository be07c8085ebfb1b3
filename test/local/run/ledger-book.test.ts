import type { LedgerEntry } from '../../../core/ledger';
import { LedgerBook } from '../../../local/run/ledger-book';

function entry(after: string, through: string, received: number, shardId = 'shardId-000000000000'): LedgerEntry {
  return {
    event: 'ledger',
    shardId,
    after,
    through,
    received,
    delivered: received - 2,
    rows: { telemetry: received - 2 },
    quarantined: { wrong_type: 1 },
    duplicatesDropped: 1,
  };
}

describe('the ledger book', () => {
  test('adds up the entries of every shard', () => {
    const book = new LedgerBook();
    book.add(entry('TRIM_HORIZON', '100', 10));
    book.add(entry('100', '250', 20));
    book.add(entry('TRIM_HORIZON', '90', 5, 'shardId-000000000001'));
    expect(book.totals()).toEqual({
      received: 35,
      delivered: 29,
      rows: { telemetry: 29 },
      quarantined: { wrong_type: 3 },
      duplicatesDropped: 3,
    });
  });

  test('counts nothing twice when a worker died between its entry and its checkpoint', () => {
    const book = new LedgerBook();
    book.add(entry('TRIM_HORIZON', '100', 10));
    book.add(entry('100', '250', 20)); // never stored
    book.add(entry('100', '200', 15));
    book.add(entry('200', '300', 15));
    expect(book.totals().received).toBe(40);
  });

  test('is not led astray by a worker that wakes up after its lease was taken', () => {
    const book = new LedgerBook();
    book.add(entry('TRIM_HORIZON', '100', 10));
    book.add(entry('100', '300', 30));
    book.add(entry('300', '1000', 40));
    book.add(entry('100', '200', 15)); // logged last, refused by the lease table
    expect(book.totals().received).toBe(80);
  });

  test('follows checkpoints inside an aggregate by their index, not by their text', () => {
    const book = new LedgerBook();
    book.add(entry('TRIM_HORIZON', '100.9', 10));
    book.add(entry('100.9', '100.10', 20));
    book.add(entry('100.9', '100', 40)); // before it: lies beside the path
    expect(book.totals().received).toBe(30);
    book.add(entry('100.10', '101', 5));
    expect(book.totals().received).toBe(35);
  });

  test('is empty at first', () => {
    expect(new LedgerBook().totals()).toEqual({ received: 0, delivered: 0, rows: {}, quarantined: {}, duplicatesDropped: 0 });
  });
});
