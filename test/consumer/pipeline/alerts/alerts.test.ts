import * as fc from 'fast-check';
import { VirtualClock } from '../../../../consumer/kcl/testing';
import type { AlertEvent } from '../../../../consumer/pipeline/alerts/alert-event';
import { alertMessage } from '../../../../consumer/pipeline/alerts/alert-message';
import { AlertSender } from '../../../../consumer/pipeline/alerts/alert-sender';
import { FloodGuard } from '../../../../consumer/pipeline/alerts/flood-guard';
import { MemoryAlerts, type AlertTrouble } from '../../../../consumer/pipeline/alerts/memory-alerts';
import { attributeText, subjectText } from '../../../../consumer/pipeline/alerts/plain-text';
import type { RaisedAlert } from '../../../../consumer/pipeline/alerts/raised-alert';
import { sendBounds } from '../../../../consumer/pipeline/alerts/send-messages';
import { summaryMessage } from '../../../../consumer/pipeline/alerts/summary-message';
import { factory } from '../../../../domains/factory/domain';
import { SkippingClock } from '../skipping-clock';

const eventTime = Date.UTC(2026, 10, 20, 12);
const never = new AbortController().signal;

const raised = (changes: Partial<RaisedAlert> = {}): RaisedAlert => ({
  deviceId: 'pump-0001',
  sequence: 4711,
  arrivalTimeMs: eventTime + 2_000,
  table: 'telemetry',
  signal: 'vibration',
  value: 7.123456,
  score: 12.5678,
  expected: { mean: 2.1, deviation: 0.4 },
  eventTime,
  ...changes,
});

describe('a message about an alert', () => {
  test('can be read by people and programs, and says where the row is', () => {
    const { attributes, body, subject } = alertMessage(raised(), factory);
    expect(subject).toBe('pump-0001: vibration 7.123 mm/s, expected 2.1 +/- 0.4 mm/s');
    expect(JSON.parse(body)).toEqual({
      text: 'pump-0001: vibration is 7.123 mm/s; 2.1 ± 0.4 mm/s was expected. It is 12.57 deviations off.',
      meaning: factory.alerts,
      id: 'pump-0001/vibration/4711',
      domain: 'factory',
      device_id: 'pump-0001',
      signal: 'vibration',
      value: 7.123456,
      unit: 'mm/s',
      expected: { mean: 2.1, deviation: 0.4 },
      score: 12.5678,
      event_time: '2026-11-20T12:00:00.000Z',
      row: {
        table: 'telemetry',
        sequence: 4711,
        query: `SELECT * FROM telemetry WHERE "date" >= '2026-11-20' AND device_id = 'pump-0001' AND sequence = 4711`,
      },
    });
    expect(attributes).toEqual({
      kind: 'anomaly',
      alert_id: 'pump-0001/vibration/4711',
      domain: 'factory',
      device_id: 'pump-0001',
      signal: 'vibration',
      score: 12.57,
    });
  });

  test('is one that SNS takes, whatever a device calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }), (deviceId) => {
        const { attributes, body, subject } = alertMessage(raised({ deviceId }), factory);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        expect((JSON.parse(body) as { device_id: string }).device_id).toBe(deviceId);
        for (const value of Object.values(attributes)) {
          // eslint-disable-next-line no-control-regex -- they must not be there
          expect(String(value)).toMatch(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]+$/);
        }
      }),
    );
    expect(subjectText('\t \u00b5: 7')).toBe('? ?: 7');
    expect(attributeText('a\u0007\tb')).toBe('a?\tb');
  });

  test('has a query that a name in quotes does not break out of', () => {
    const { body } = alertMessage(raised({ deviceId: "x' OR '1'='1" }), factory);
    expect((JSON.parse(body) as { row: { query: string } }).row.query).toContain("device_id = 'x'' OR ''1''=''1' AND");
  });

  test('in place of many says how many, and names some', () => {
    const guard = new FloodGuard(1, new SkippingClock());
    const many = Array.from({ length: 31 }, (_, index) =>
      raised({ deviceId: `pump-${index % 3}`, sequence: index, score: -index }),
    );
    const { summary } = guard.admit(many);
    const { attributes, body, subject } = summaryMessage(summary as NonNullable<typeof summary>, factory);
    expect(subject).toBe('factory: 30 more alerts of 3 devices');
    expect(attributes).toEqual({ kind: 'summary', domain: 'factory' });
    const parsed = JSON.parse(body) as { first: string[]; alerts: number; text: string };
    expect(parsed).toMatchObject({ alerts: 30, devices: 3, from: '2026-11-20T12:00:00.000Z' });
    expect(parsed.first).toHaveLength(20);
    expect(parsed.first[0]).toBe('pump-2/vibration/29');
    expect(parsed.text).toMatch(/^30 more alerts of 3 devices, too many to send one by one/);
  });
});

describe('a guard against floods', () => {
  test('lets so many through in a minute, those that stand out most first', () => {
    const clock = new SkippingClock();
    const guard = new FloodGuard(2, clock);
    const scores = (alerts: readonly RaisedAlert[]): number[] => alerts.map(({ score }) => score);
    const first = guard.admit([raised({ score: 8 }), raised({ score: -20 }), raised({ score: 11 })]);
    expect([scores(first.admitted), scores(first.withheld)]).toEqual([[-20, 11], [8]]);
    expect(first.summary).toMatchObject({ alerts: 1, devices: 1, ids: ['pump-0001/vibration/4711'] });
    clock.nowMs += 59_999;
    expect(guard.admit([raised()])).toMatchObject({ admitted: [], withheld: [{}] });
    clock.nowMs += 1;
    const later = guard.admit([raised()]);
    expect(later).toMatchObject({ admitted: [{}], withheld: [], summary: { alerts: 1 } });
  });

  test('tells of all that it has withheld, in one message a minute at most', () => {
    const steps = fc.array(
      fc.record({ alerts: fc.integer({ min: 0, max: 30 }), passesMs: fc.integer({ min: 0, max: 40_000 }) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (given, perMinute) => {
        const clock = new SkippingClock();
        const guard = new FloodGuard(perMinute, clock);
        const summaries: number[] = [];
        const sent: number[] = [];
        let [withheld, told] = [0, 0];
        const step = (alerts: number): void => {
          const admission = guard.admit(Array.from({ length: alerts }, () => raised()));
          expect(admission.admitted.length + admission.withheld.length).toBe(alerts);
          admission.admitted.forEach(() => sent.push(clock.nowMs));
          withheld += admission.withheld.length;
          told += admission.summary?.alerts ?? 0;
          if (admission.summary !== undefined) {
            summaries.push(clock.nowMs);
          }
        };
        for (const { alerts, passesMs } of given) {
          step(alerts);
          clock.nowMs += passesMs;
        }
        clock.nowMs += 60_000;
        step(0);
        expect(told).toBe(withheld);
        summaries.slice(1).forEach((time, index) => expect(time - (summaries[index] as number)).toBeGreaterThanOrEqual(60_000));
        // In any minute that begins with an alert, no more than two of the guard's own minutes hold.
        sent.forEach((time) =>
          expect(sent.filter((other) => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(2 * perMinute),
        );
      }),
    );
  });
});

describe('a sender of alerts', () => {
  function setUp(trouble: (requests: number) => AlertTrouble | undefined = () => undefined, perMinute = 100) {
    const clock = new SkippingClock();
    const events: AlertEvent[] = [];
    const port: MemoryAlerts = new MemoryAlerts(() => trouble(port.requests));
    const onEvent = (event: AlertEvent): void => void events.push(event);
    const sender = new AlertSender({ domain: factory, port, perMinute, clock, random: () => 0.5, onEvent });
    return { clock, events, port, sender };
  }
  const some = (count: number): RaisedAlert[] => Array.from({ length: count }, (_, index) => raised({ sequence: index }));

  test('sends in requests of ten, and asks nothing of the topic when there is nothing to tell', async () => {
    const { events, port, sender } = setUp();
    await expect(sender.send([], 's', never)).resolves.toBe('done');
    expect(port.requests).toBe(0);
    await expect(sender.send(some(23), 's', never)).resolves.toBe('done');
    expect([port.requests, port.accepted.length]).toEqual([3, 23]);
    expect(events).toMatchObject([{ type: 'alerts-sent', shardId: 's', alerts: 23 }]);
  });

  test('sends again what failed, and that alone', async () => {
    const { events, port, sender } = setUp((requests) => (requests === 1 ? { failed: [1] } : undefined));
    await sender.send(some(3), 's', never);
    expect([port.requests, port.accepted.length]).toEqual([2, 3]);
    expect(events).toMatchObject([{ type: 'alerts-sent', alerts: 3 }]);
  });

  test('gives up what cannot be sent, in bounded time, and says what it would have told', async () => {
    const { clock, events, port, sender } = setUp(() => ({ unavailable: 'InternalError' }));
    const before = clock.nowMs;
    await expect(sender.send(some(2), 's', never)).resolves.toBe('done');
    expect(port.requests).toBe(sendBounds.tries);
    expect(clock.nowMs - before).toBeLessThan(sendBounds.deadlineMs);
    expect(events.map(({ type }) => type)).toEqual(['alert-lost', 'alert-lost']);
    expect(events[0]).toMatchObject({
      code: 'InternalError',
      shardId: 's',
      message: expect.stringContaining('pump-0001') as string,
    });
  });

  test('does not try again where no try would help: not for a message at fault, nor for a topic that refuses', async () => {
    const atFault = setUp((requests) => (requests === 1 ? { failed: [0], isFinal: true } : undefined));
    await atFault.sender.send(some(2), 's', never);
    expect([atFault.port.requests, atFault.events.map(({ type }) => type)]).toEqual([1, ['alert-lost', 'alerts-sent']]);
    const refused = setUp(() => ({ refused: 'AuthorizationError' }));
    await refused.sender.send(some(1), 's', never);
    expect([refused.port.requests, refused.events.map(({ type }) => type)]).toEqual([1, ['alert-lost']]);
  });

  test('does not stop at an alert that makes no sense', async () => {
    const { events, port, sender } = setUp();
    await expect(sender.send([raised({ eventTime: NaN }), raised()], 's', never)).resolves.toBe('done');
    expect(port.accepted).toHaveLength(1);
    expect(events).toMatchObject([
      { type: 'alert-lost', code: 'InvalidAlert', message: expect.stringContaining('pump-0001/vibration/4711') as string },
      { type: 'alerts-sent', alerts: 1 },
    ]);
  });

  test('begins no try after the deadline of a flush', async () => {
    const { clock, events, port, sender } = setUp(() => {
      clock.nowMs += 4_000;
      return { unavailable: 'TimeoutError' };
    });
    await sender.send(some(30), 's', never);
    expect(port.requests).toBe(3);
    expect(events.filter(({ type }) => type === 'alert-lost')).toHaveLength(30);
    expect(events.at(-1)).toMatchObject({ code: 'NotTried' });
  });

  test('withholds a flood, and sends a summary of it with the next flush that comes a minute later', async () => {
    const { clock, events, port, sender } = setUp(undefined, 2);
    await sender.send(some(5), 's', never);
    expect(port.accepted.map(({ attributes }) => attributes['kind'])).toEqual(['anomaly', 'anomaly', 'summary']);
    await sender.send(some(4), 's', never);
    expect(port.accepted).toHaveLength(3);
    clock.nowMs += 60_000;
    await sender.send([], 'another', never);
    expect(port.accepted.at(-1)?.subject).toBe('factory: 4 more alerts of 1 device');
    const withheld = events.flatMap((event) => (event.type === 'alerts-withheld' ? [event.alerts] : []));
    expect(withheld).toEqual([3, 4]);
  });

  test('stops at once when it is told to, and counts nothing as lost: the rows will be read again', async () => {
    const clock = new VirtualClock();
    const events: AlertEvent[] = [];
    const port = new MemoryAlerts(() => ({ unavailable: 'Throttled' }));
    const onEvent = (event: AlertEvent): void => void events.push(event);
    const sender = new AlertSender({ domain: factory, port, perMinute: 9, clock, random: () => 0.5, onEvent });
    const abort = new AbortController();
    const sending = sender.send(some(1), 's', abort.signal);
    await clock.advance(1);
    abort.abort();
    await expect(sending).resolves.toBe('aborted');
    expect([events, port.requests, clock.sleepers]).toEqual([[], 1, 0]);
  });
});
