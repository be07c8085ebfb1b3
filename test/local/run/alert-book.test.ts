import { AlertBook } from '../../../local/run/alert-book';

const text = (value: string) => ({ type: 'String', value }) as const;
const anomaly = (id: string, signal: string) => ({
  message: '{}',
  attributes: { kind: text('anomaly'), alert_id: text(id), signal: text(signal) },
});

test('alerts are counted once each, and those that were told of together with them', () => {
  const book = new AlertBook();
  book.add(anomaly('a/vibration/1', 'vibration'));
  book.add(anomaly('b/vibration/1', 'vibration'));
  book.add(anomaly('a/power/7', 'power'));
  book.add(anomaly('a/vibration/1', 'vibration'));
  book.add({ message: '{"alerts":5}', attributes: { kind: text('summary') } });
  book.add({ message: 'a job has failed', attributes: {} });
  expect(book.totals()).toEqual({ sent: 3, repeated: 1, toldTogether: 5, bySignal: { vibration: 2, power: 1 } });
});
