import fc from 'fast-check';
import { examplesSelect, inputsSelect, type ExampleScope } from '../../../core/training-set';
import { domains } from '../../../domains';
import { daysOf, isInDays, type Days } from '../../../lambda/plan-training/days';

const dayMs = 86_400_000;

/** The days that a statement reads of each table, by its conditions on the partition column. */
function daysRead(sql: string): readonly { readonly table: string; readonly operator: string; readonly day: string }[] {
  const tables = new Map([...sql.matchAll(/FROM (\w+) (\w+)\s+WHERE/g)].map(([, table = '', alias = '']) => [alias, table]));
  return [...sql.matchAll(/\b(\w+)\."date" ([<>]=) '(\d{4}-\d{2}-\d{2})'/g)].map(([, alias = '', operator = '', day = '']) => ({
    table: tables.get(alias) ?? alias,
    operator,
    day,
  }));
}

describe('the days whose objects are pinned', () => {
  // What a statement reads and the list of inputs lacks would be trained on, and named nowhere.
  test.each(Object.values(domains).map((domain) => [domain.name, domain] as const))(
    'hold all that the statements of %s read',
    (_name, domain) => {
      const { clock, tables, trainingSet } = domain;
      fc.assert(
        fc.property(fc.integer({ min: 18_000, max: 22_000 }), fc.nat(23), fc.nat(5 * 24), (day, hour, delay) => {
          const end = day * dayMs + hour * 3_600_000;
          const window = { start: trainingSet.windowDays === undefined ? 0 : end - trainingSet.windowDays * dayMs, end };
          const deliveredBefore = end + (delay + 2) * 3_600_000;
          const scope: ExampleScope = { window, arrivedBefore: end + 3_600_000, deliveredBefore };
          const pinned = (table: string): Days =>
            daysOf({ window, aheadMs: clock.aheadMs, lookBackDays: trainingSet.lookBackDays?.[table] ?? 0, deliveredBefore });
          const counted = inputsSelect({ tables: Object.keys(tables), aheadMs: clock.aheadMs }, scope, 600);
          const read = [examplesSelect(trainingSet, scope), counted]
            .flatMap(daysRead)
            .filter(({ table }) => table !== 'quarantine');
          expect(new Set(read.map(({ table }) => table))).toEqual(new Set(Object.keys(tables)));
          for (const { day: bound, operator, table } of read) {
            const { from, to } = pinned(table);
            expect(operator === '>=' ? from <= bound : bound <= to).toBe(true);
          }
        }),
      );
    },
  );

  test.each<[string, boolean]>([
    ['tables/a/date=2026-11-12/', false],
    ['tables/a/date=2026-11-13/', true],
    ['tables/a/date=2026-11-20/', true],
    ['tables/a/date=2026-11-21/', false],
    ['tables/a/day=2026-11-15/', false],
    ['tables/a/date=2026-11/', false],
    ['tables/date=2026-11-15/a/', false],
  ])('take or leave the folder %s', (folder, isIn) => {
    expect(isInDays(folder, { from: '2026-11-13', to: '2026-11-20' })).toBe(isIn);
  });

  test('reach back before 1970 for a window that begins there', () => {
    expect(daysOf({ window: { start: 0, end: dayMs }, aheadMs: 0, lookBackDays: 1, deliveredBefore: dayMs })).toEqual({
      from: '1969-12-30',
      to: '1970-01-02',
    });
  });
});
