import fc from 'fast-check';
import { tableColumns } from '../../../core/common-columns';
import { deviceBucket } from '../../../core/device-bucket';
import { jsonKeys } from '../../../core/json-key';
import type { QuarantineRecord } from '../../../core/quarantine';
import { CsvToRows, maxAnswerBytes, type Outcome } from '../../../lambda/csv-to-rows/logic';
import { fixtureDomain } from '../../lib/fixture-domain';

const arrivalMs = Date.UTC(2026, 10, 20, 12);
const columns = tableColumns(fixtureDomain, 'readings');
const keys = jsonKeys(fixtureDomain, 'readings');
/** The columns after the common ones: pressure, running, starts, pulses, firmware, calibrated_at. */
const own = '101.5,true,3,9007199254740991,"v1, ""b""",2026-01-01T00:00:00Z';
const line = (device: string, sequence: number, rest = own): string =>
  `${device},${sequence},2026-11-20T11:59:00.250+01:00,,,,,${rest}\n`;

class MemoryQuarantine {
  lines: string[] = [];
  refuses = false;
  put(lines: readonly string[]): Promise<void> {
    if (this.refuses) {
      return Promise.reject(new Error('throttled'));
    }
    this.lines.push(...lines);
    return Promise.resolve();
  }
  records(): QuarantineRecord[] {
    return this.lines.map((text) => JSON.parse(text) as QuarantineRecord);
  }
}

describe('turning CSV into rows', () => {
  const quarantine = new MemoryQuarantine();
  const csvToRows = new CsvToRows(fixtureDomain, 'readings', quarantine);
  const transform = (...texts: readonly (string | Buffer)[]): Promise<Outcome> =>
    csvToRows.transform({
      deliveryStreamArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/readings',
      records: texts.map((text, index) => ({
        recordId: `r${index}`,
        approximateArrivalTimestamp: arrivalMs,
        data: Buffer.from(text).toString('base64'),
      })),
    });
  const documents = ({ answer }: Outcome, index = 0): Record<string, unknown>[] => {
    const text = Buffer.from(answer.records[index]?.data ?? '', 'base64').toString();
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((one) => JSON.parse(one) as Record<string, unknown>);
  };
  /** A document by column names. */
  const byColumn = (document: Record<string, unknown> = {}): Record<string, unknown> => {
    const named = columns.map(({ name }): [string, unknown] => [name, document[keys[name] ?? '']]);
    return Object.fromEntries(named.filter(([, value]) => value !== undefined));
  };

  beforeEach(() => {
    quarantine.lines = [];
    quarantine.refuses = false;
  });

  it('passes rows of the consumer through, byte for byte', async () => {
    const text = ' \n{"1ab2":1}{"1ab2": NaN}\nanything';
    const { answer, tally } = await transform(text);
    expect(answer.records).toEqual([{ recordId: 'r0', result: 'Ok', data: Buffer.from(text).toString('base64') }]);
    expect(tally).toMatchObject({ jsonRecords: 1, csvRows: 0 });
  });

  it('makes a document of each line, typed by the columns, and fills in what the pipeline knows', async () => {
    const outcome = await transform(line('pump-1', 7));
    expect(outcome.answer.records[0]?.result).toBe('Ok');
    expect(byColumn(documents(outcome)[0])).toEqual({
      device_id: 'pump-1',
      sequence: 7,
      event_time: '2026-11-20T10:59:00.250Z',
      device_bucket: deviceBucket('pump-1'),
      arrival_time: '2026-11-20T12:00:00.000Z',
      pressure: 101.5,
      running: true,
      starts: 3,
      pulses: 9007199254740991,
      firmware: 'v1, "b"',
      calibrated_at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('lets a header say which columns there are, in which order, with or without a byte order mark', async () => {
    const outcome = await transform(
      '\uFEFFsequence,event_time,pressure,device_id\r\n1,1763640000000,5,a\r\n\r\n2,1763640000000,,a\r\n',
    );
    expect(documents(outcome).map(byColumn)).toMatchObject([
      { device_id: 'a', sequence: 1, event_time: '2025-11-20T12:00:00.000Z', pressure: 5 },
      { device_id: 'a', sequence: 2 },
    ]);
    expect(byColumn(documents(outcome)[1])).not.toHaveProperty('pressure');
    expect(quarantine.lines).toEqual([]);
  });

  it.each([
    ['missing_field', 'a,1,2026-11-20T12:00:00Z', undefined],
    ['unknown_field', `${line('a', 1).trimEnd()},more`, undefined],
    ['missing_field', `,1,2026-11-20T12:00:00Z,,,,,${own}`, 'device_id'],
    ['missing_field', `a,1,,,,,,${own}`, 'event_time'],
    ['wrong_type', `a,one,2026-11-20T12:00:00Z,,,,,${own}`, 'sequence'],
    ['out_of_range', `a,-1,2026-11-20T12:00:00Z,,,,,${own}`, 'sequence'],
    ['out_of_range', `a,9007199254740992,2026-11-20T12:00:00Z,,,,,${own}`, 'sequence'],
    ['out_of_range', `${'a'.repeat(129)},1,2026-11-20T12:00:00Z,,,,,${own}`, 'device_id'],
    ['wrong_type', `a,1,2026-11-20 12:00:00,,,,,${own}`, 'event_time'],
    ['out_of_range', `a,1,2026-02-30T12:00:00Z,,,,,${own}`, 'event_time'],
    ['clock_skew', `a,1,2026-11-20T12:01:00.001Z,,,,,${own}`, 'event_time'],
    ['out_of_range', `a,1,2026-11-20T12:00:00Z,${(deviceBucket('a') + 1) % 100},,,,${own}`, 'device_bucket'],
    ['wrong_type', line('a', 1, '1e3 ,,,,,').trimEnd(), 'pressure'],
    ['wrong_type', line('a', 1, '007,,,,,').trimEnd(), 'pressure'],
    ['not_finite', line('a', 1, 'NaN,,,,,').trimEnd(), 'pressure'],
    ['not_finite', line('a', 1, '1e999,,,,,').trimEnd(), 'pressure'],
    ['wrong_type', line('a', 1, ',yes,,,,').trimEnd(), 'running'],
    ['out_of_range', line('a', 1, ',,2147483648,,,').trimEnd(), 'starts'],
    ['wrong_type', line('a', 1, ',,,1.0,,').trimEnd(), 'pulses'],
    ['wrong_type', line('a', 1, ',,,,,yesterday').trimEnd(), 'calibrated_at'],
    ['malformed_csv', line('a', 1, ',,,,in"side,').trimEnd(), undefined],
    ['oversized', line('a', 1, `,,,,${'x'.repeat(1_024)},`).trimEnd(), undefined],
  ])('quarantines a line for %s and delivers its neighbours: %s', async (reason, bad, field) => {
    const outcome = await transform(`${line('good', 1)}${bad}\n${line('good', 2)}`);
    expect(documents(outcome).map(byColumn)).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    const [record, ...others] = quarantine.records();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      reason,
      domain: 'fixture',
      shard_id: 'readings',
      sequence_number: 'r0',
      sub_sequence_number: 1,
      arrival_time: '2026-11-20T12:00:00.000Z',
      size_bytes: Buffer.byteLength(bad),
    });
    expect(record?.field).toBe(field);
    expect(Buffer.from(record?.data ?? '', 'base64').toString()).toBe(bad);
    expect(outcome.tally).toMatchObject({ csvRows: 2, quarantined: { [reason]: 1 } });
  });

  it('quarantines every line under a header that it cannot use', async () => {
    const outcome = await transform(`device_id,sequence,event_time,colour\na,1,2026-11-20T12:00:00Z,red\n`, line('b', 1));
    expect(quarantine.records().map(({ reason, field }) => [reason, field])).toEqual([
      ['unknown_field', 'colour'],
      ['unknown_field', 'colour'],
    ]);
    expect(outcome.answer.records.map(({ result }) => result)).toEqual(['Dropped', 'Ok']);
  });

  it('does not take a row for a header whose texts are the words of one', async () => {
    const texts = 'device_id,1,2026-11-20T12:00:00Z,,,sequence,event_time';
    const outcome = await transform(`${texts},1,true,1,1,,\n${line('a', 2)}`);
    expect(documents(outcome).map(byColumn)).toMatchObject([
      { device_id: 'device_id', shard_id: 'sequence', sequence_number: 'event_time' },
      { device_id: 'a', sequence: 2 },
    ]);
    expect(quarantine.lines).toEqual([]);
  });

  it('does not let a stray quote swallow the lines below it', async () => {
    const outcome = await transform(`${line('a', 1)}${line('a', 2, ',,,,"open,')}${line('a', 3)}${line('a', 4, ',,,,"shut",')}`);
    expect(documents(outcome).map((one) => byColumn(one)['sequence'])).toEqual([1, 3, 4]);
    expect(quarantine.records().map(({ reason }) => reason)).toEqual(['malformed_csv']);
  });

  it('answers a record whose bad lines the quarantine does not take as failed, and the others as ever', async () => {
    quarantine.refuses = true;
    const { answer, tally, error } = await transform(`${line('a', 1)}bad\n`, line('b', 1), '{"x":1}\n');
    expect(answer.records.map(({ result }) => result)).toEqual(['ProcessingFailed', 'Ok', 'Ok']);
    expect(tally.failed).toEqual({ quarantineFailed: 1, answerTooLarge: 0 });
    expect(String(error)).toContain('throttled');
  });

  it('keeps its answer within what a function may answer, and fails what has no room', async () => {
    const row = line('a', 1, '1,true,1,1,,');
    const big = row.repeat(Math.floor(1_000_000 / row.length));
    const outcome = await transform(...Array.from({ length: 4 }, () => big), '{"x":1}');
    expect(Buffer.byteLength(JSON.stringify(outcome.answer))).toBeLessThanOrEqual(maxAnswerBytes);
    const results = outcome.answer.records.map(({ result }) => result);
    expect(results.at(-1)).toBe('Ok');
    expect(results).toContain('ProcessingFailed');
    expect(outcome.tally.failed.answerTooLarge).toBe(results.filter((result) => result === 'ProcessingFailed').length);
  });

  it('accounts for every line of any mixture of good, bad and blank ones, in order', async () => {
    const good = fc.constant('good' as const);
    const kinds = fc.array(fc.oneof(good, fc.constantFrom('short', 'quote', 'type', 'blank' as const)), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.constantFrom('\n', '\r\n'), async (lines, lineBreak) => {
        quarantine.lines = [];
        const written = lines.map((kind, index) => {
          const text = line('a', index).trimEnd();
          return { good: text, short: `a,${index}`, quote: `${text}"`, type: text.replace('101.5', 'hot'), blank: '' }[kind];
        });
        const outcome = await transform(written.map((text) => text + lineBreak).join('') || lineBreak);
        const sequences = documents(outcome).map((one) => byColumn(one)['sequence']);
        expect(sequences).toEqual(lines.flatMap((kind, index) => (kind === 'good' ? [index] : [])));
        const bad = quarantine.records().map(({ data }) => Buffer.from(data, 'base64').toString());
        expect(bad).toEqual(written.filter((_, index) => !['good', 'blank'].includes(lines[index] ?? '')));
      }),
      { numRuns: 60 },
    );
  });
});
