import { commonColumns } from '../../core/common-columns';
import { deviceBuckets } from '../../core/device-bucket';
import { defaultDomain, domainNamed, domains } from '../../domains';
import { jsonLinesReader, unknownDeviceKey } from '../../domains/shared/json-lines-reader';
import { countsSelect, examplesSelect, scoringSelect } from '../../core/training-set';
import { canonicalUnit } from '../../core/units';
import { notInTrino, reservedInAthena } from './support';

describe('the registry of domains', () => {
  test('knows each domain by its own name, and has factory as default', () => {
    expect(Object.keys(domains)).toEqual(['factory', 'turbofan']);
    for (const [name, domain] of Object.entries(domains)) {
      expect(domainNamed(name)).toBe(domain);
      expect(domain.name).toBe(name);
    }
    expect(defaultDomain).toBe('factory');
  });

  test('answers a name that does not exist with those that do', () => {
    expect(() => domainNamed('farm')).toThrow('unknown domain "farm"; allowed: factory, turbofan');
    expect(() => domainNamed('toString')).toThrow(RangeError);
  });
});

describe.each(Object.values(domains))('domain $name', (domain) => {
  test('names columns so that Glue keeps them, each once', () => {
    for (const table of Object.values(domain.tables)) {
      const names = [...commonColumns, ...table.columns].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
      expect(names.filter((name) => reservedInAthena.has(name))).toEqual([]);
      // Glue's bound on a column's comment.
      expect(table.columns.filter(({ doc }) => doc.length > 255)).toEqual([]);
    }
  });

  test('states bounds in canonical units', () => {
    for (const { fields } of Object.values(domain.messages)) {
      for (const field of Object.values(fields)) {
        if (field.type === 'number' || field.type === 'integer') {
          expect(field.minimum).toBeLessThan(field.maximum);
          if (field.unit !== undefined) {
            expect(canonicalUnit(field.unit)).toBe(field.unit);
          }
        }
      }
    }
    expect(domain.maxMessageBytes).toBeLessThanOrEqual(1024 * 1024);
  });

  test('trains with SQL that Trino accepts too, on numeric features, measured on validation data', () => {
    const { trainingSet } = domain;
    const window = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 0, 31) };
    const scope = { arrivedFrom: window.start, arrivedBefore: window.end, deliveredBefore: window.end };
    for (const sql of [
      examplesSelect(trainingSet, { ...scope, window }),
      countsSelect(trainingSet, { ...scope, window }),
      scoringSelect(trainingSet, scope),
    ]) {
      expect(sql).not.toMatch(notInTrino);
      expect(sql).not.toContain(';');
      // Every table that is read is cut off at the same arrival, and read by days.
      const tables = [...sql.matchAll(/FROM (\w+) (\w)\n/g)].filter(([, table]) => Object.hasOwn(domain.tables, table ?? ''));
      expect(tables.length).toBeGreaterThan(0);
      for (const [, , alias = ''] of tables) {
        expect(sql).toContain(`${alias}.arrival_time < TIMESTAMP '2026-01-31 00:00:00.000'`);
        expect(sql).toMatch(new RegExp(`${alias}\\."date" >= '20\\d\\d-\\d\\d-\\d\\d' AND ${alias}\\."date" <= '2026-01-31'`));
      }
    }
    expect(new Set(trainingSet.features).size).toBe(trainingSet.features.length);
    expect(trainingSet.features).not.toContain(trainingSet.label);
    expect(trainingSet.features).toEqual(expect.arrayContaining([...(trainingSet.ages ?? [])]));
    if (trainingSet.baseline.kind === 'feature') {
      expect(trainingSet.features).toContain(trainingSet.baseline.feature);
    }
    expect([trainingSet.label, ...trainingSet.features].filter((name) => reservedInAthena.has(name))).toEqual([]);
    const { objective, num_round: rounds, eval_metric: metrics = '' } = trainingSet.hyperparameters;
    expect(['binary:logistic', 'reg:squarederror']).toContain(objective);
    expect(Number(rounds)).toBeGreaterThan(0);
    expect(metrics.split(',').map((metric) => `validation:${metric}`)).toContain(trainingSet.objectiveMetric);
    expect(deviceBuckets).toBe(100);
  });
});

describe('the reader of JSON lines', () => {
  const file = jsonLinesReader.open('any.jsonl');

  test('sends each line as it is, under its device', () => {
    const line = '{"device_id":"pump-1","x":1}';
    expect(file.record(`${line}\r`)).toEqual([{ partitionKey: 'pump-1', data: Buffer.from(line) }]);
  });

  test.each(['{"device_id":', '[1]', 'null', '{"device_id":7}', '{}', `{"device_id":"${'x'.repeat(300)}"}`])(
    'sends %.20s, which names no device, too',
    (line) => {
      expect(file.record(line)).toEqual([{ partitionKey: unknownDeviceKey, data: Buffer.from(line) }]);
    },
  );

  test('skips blank lines', () => {
    expect(file.record('  ')).toEqual([]);
  });
});
