import type { OutgoingRecord, SimulationOptions } from '../../../core/domain';
import { hourMs } from '../../../core/features/statistics';
import type { Message } from '../../../core/message';
import { isReasonCode } from '../../../core/reason';
import { factory } from '../../../domains/factory/domain';
import { timing } from '../../../domains/factory/simulator/simulator';
import { damages } from '../../../domains/factory/simulator/trouble';
import { messageIn } from '../support';

const endTime = Date.UTC(2026, 10, 20, 12);
const options: SimulationOptions = { devices: 24, records: 12_000, seed: 5, endTime };
const simulate = (changes: Partial<SimulationOptions> = {}): OutgoingRecord[] => [
  ...(factory.simulator?.simulate({ ...options, ...changes }) ?? []),
];
const bytes = (records: readonly OutgoingRecord[]): string =>
  records.map(({ partitionKey, data }) => partitionKey + Buffer.from(data).toString('latin1')).join('\n');
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the simulated fleet', () => {
  const records = simulate();
  const delivered = records.filter(({ expected }) => expected === 'delivered');
  const messages = delivered.map((record) => messageIn(factory, record));
  const readings = messages.filter(({ sourceType }) => sourceType === 'telemetry');
  const entries = messages.filter(({ sourceType }) => sourceType === 'maintenance');
  const of = (message: Message, field: string): number => message.values[field] as number;

  test('is the same for the same seed, byte for byte, and another for another', () => {
    expect(bytes(simulate({ records: 3000 }))).toBe(bytes(simulate({ records: 3000 })));
    expect(bytes(simulate({ records: 3000 }))).not.toBe(bytes(simulate({ records: 3000, seed: 6 })));
  });

  test.each([
    [1, 0],
    [1, 1],
    [7, 100],
    [20, 5000],
    [300, 200],
  ])('of %i machines sends exactly %i records, which end at the end time', (devices, count) => {
    const sent = simulate({ devices, records: count });
    expect(sent).toHaveLength(count);
    const times = sent.filter(({ expected }) => expected === 'delivered').map((each) => messageIn(factory, each).eventTime);
    if (count > 0) {
      expect(Math.max(...times)).toBeLessThanOrEqual(endTime);
      expect(Math.max(...times)).toBeGreaterThan(endTime - timing({ devices, records: count }).intervalMs);
    }
  });

  test('refuses a fleet without machines', () => {
    expect(() => simulate({ devices: 0 })).toThrow(RangeError);
  });

  test('keeps a span that the clock tolerance and the training window allow, and that holds failures', () => {
    for (const [devices, count] of [
      [1, 1_000_000],
      [160, 200_000],
      [20, 5000],
      [40, 8000],
      [100, 100_799],
    ] as const) {
      const { spanMs } = timing({ devices, records: count });
      expect(spanMs).toBeLessThanOrEqual(28 * 24 * hourMs);
      expect(spanMs).toBeGreaterThanOrEqual(7 * 24 * hourMs);
    }
  });

  test('meets trouble in about one record of a hundred, of every sort', () => {
    const share = records.filter(({ expected }) => expected !== 'delivered').length / records.length;
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.015);
    const met = new Set<string>(records.map(({ expected }) => expected ?? ''));
    for (const { expected } of damages) {
      expect(met).toContain(expected);
    }
    expect(met).toContain('duplicate');
    const late = readings.filter((each, index) => {
      const before = readings.slice(Math.max(0, index - 400), index);
      return before.some((other) => other.deviceId === each.deviceId && other.sequence > each.sequence);
    });
    expect(late.length).toBeGreaterThan(5);
  });

  test('delivers each (device, sequence) once, and repeats only what was delivered, soon after', () => {
    const first = new Map<string, number>();
    const perDevice = new Map<string, number>();
    for (const record of records) {
      const position = (perDevice.get(record.partitionKey) ?? 0) + 1;
      perDevice.set(record.partitionKey, position);
      if (record.expected !== 'delivered' && record.expected !== 'duplicate') {
        continue;
      }
      const { deviceId, sequence } = messageIn(factory, record);
      const key = `${deviceId} ${sequence}`;
      const before = first.get(key);
      if (record.expected === 'delivered') {
        expect(before).toBeUndefined();
        first.set(key, position);
      } else {
        expect(position - (before ?? -Infinity)).toBeLessThan(200);
      }
    }
  });

  test('damages messages in just the way that it says', () => {
    for (const { data, expected = '' } of records) {
      const text = Buffer.from(data).toString('utf8');
      if (!isReasonCode(expected)) {
        expect(data.length).toBeLessThanOrEqual(factory.maxMessageBytes);
      } else if (expected === 'oversized') {
        expect(data.length).toBeGreaterThan(factory.maxMessageBytes);
      } else if (expected === 'malformed_json') {
        expect(() => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as unknown).toThrow();
      } else if (expected === 'not_finite') {
        expect(text).toMatch(/:(NaN|-?Infinity|1e999|-1e400)[,}]/);
      } else if (expected === 'not_an_object') {
        const parsed = JSON.parse(text) as unknown;
        expect(typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)).toBe(true);
      } else if (expected === 'clock_skew') {
        const time = Date.parse((JSON.parse(text) as { event_time: string }).event_time);
        expect(time > endTime + factory.clock.aheadMs || time < endTime - (factory.clock.behindMs ?? 0)).toBe(true);
      } else {
        expect(() => messageIn(factory, { partitionKey: '', data })).toThrow();
      }
    }
  });

  test('has machines fail, be repaired and be serviced', () => {
    const events = entries.map((each) => each.values['event']);
    expect(events.filter((event) => event === 'failure').length).toBeGreaterThan(8);
    expect(events).toContain('repair');
    expect(events).toContain('service');
  });

  test('stands still between a failure and its repair', () => {
    for (const failure of entries.filter((each) => each.values['event'] === 'failure')) {
      const after = messages.filter((each) => each.deviceId === failure.deviceId && each.eventTime > failure.eventTime);
      const repaired = after.find((each) => each.values['event'] === 'repair')?.eventTime ?? Infinity;
      const down = after.filter((each) => each.sourceType === 'telemetry' && each.eventTime < repaired);
      expect(down.every((each) => each.values['state'] === 'fault' && each.values['speed'] === 0)).toBe(true);
    }
  });

  test('shakes more before a bearing fails than days before', () => {
    const bearing = entries.filter(({ values }) => values['event'] === 'failure' && values['component'] === 'bearing');
    const ratios = bearing.flatMap((failure) => {
      const running = readings.filter((each) => each.deviceId === failure.deviceId && each.values['state'] === 'running');
      const before = (from: number, to: number): number[] =>
        running
          .filter(
            ({ eventTime }) => eventTime >= failure.eventTime - from * hourMs && eventTime < failure.eventTime - to * hourMs,
          )
          .map((each) => of(each, 'vibration'));
      const [last, earlier] = [before(3, 0), before(1000, 40)];
      return last.length > 3 && earlier.length > 20 ? [mean(last) / mean(earlier)] : [];
    });
    expect(ratios.length).toBeGreaterThan(0);
    expect(mean(ratios)).toBeGreaterThan(1.8);
  });

  test('runs as machines do: warm when they work, idle at weekends, within the physics', () => {
    const running = readings.filter(({ values }) => values['state'] === 'running');
    const standby = readings.filter(({ values }) => values['state'] === 'standby');
    expect(mean(running.map((each) => of(each, 'temperature')))).toBeGreaterThan(
      mean(standby.map((each) => of(each, 'temperature'))) + 10,
    );
    expect(running.every((each) => of(each, 'speed') > 300 && of(each, 'power') > 1 && of(each, 'vibration') < 60)).toBe(true);
    expect(running.every((each) => of(each, 'temperature') > 5 && of(each, 'temperature') < 200)).toBe(true);
    expect(standby.every((each) => of(each, 'power') === 0 && of(each, 'vibration') < 1)).toBe(true);
    expect(readings.every((each) => (each.values['machine'] === 'motor') === (each.values['pressure'] === null))).toBe(true);
  });
});
