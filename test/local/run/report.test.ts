import { differences, isBalanced, type Report } from '../../../local/run/report';

const records: Report['records'] = {
  sent: 100,
  delivered: 90,
  quarantined: { wrong_type: 4, oversized: 1 },
  duplicatesDropped: 5,
  redelivered: 0,
  redeliveredOtherwise: 0,
  duplicatesInLake: 0,
  balanced: true,
  expected: { delivered: 90, wrong_type: 4, oversized: 1, duplicate: 5 },
};

describe('the balance', () => {
  test('adds up when every record is delivered, quarantined or dropped as a duplicate', () => {
    expect(isBalanced(records)).toBe(true);
  });

  test('does not add up when a record is missing, or is there twice', () => {
    expect(isBalanced({ ...records, delivered: 89 })).toBe(false);
    expect(isBalanced({ ...records, delivered: 91 })).toBe(false);
  });
});

describe('the comparison with what the simulator injected', () => {
  test('finds nothing when they agree', () => {
    expect(differences(records)).toEqual([]);
  });

  test('counts duplicates that only the lake shows, after a crash', () => {
    const crashed = { ...records, delivered: 93, duplicatesDropped: 2, duplicatesInLake: 3 };
    expect(isBalanced(crashed)).toBe(true);
    expect(differences(crashed)).toEqual([]);
  });

  test('names each outcome that differs, also one that only one side has', () => {
    expect(differences({ ...records, delivered: 88, quarantined: { wrong_type: 4, clock_skew: 2, oversized: 1 } })).toEqual([
      'clock_skew: injected 0, found 2',
      'delivered: injected 90, found 88',
    ]);
  });

  test('says nothing about files, whose content nobody announced', () => {
    expect(differences({ ...records, expected: null })).toEqual([]);
  });
});
