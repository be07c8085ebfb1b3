import { factory } from '../../domains/factory/domain';
import { turbofan } from '../../domains/turbofan/domain';
import type { Domain } from '../../core/domain';
import type { Message } from '../../core/message';
import { messageIn } from './support';

function* machines(): Iterable<Message> {
  const endTime = Date.UTC(2026, 10, 20, 12);
  for (const record of factory.simulator?.simulate({ devices: 4, records: 1200, seed: 3, endTime }) ?? []) {
    if (record.expected === 'delivered') {
      yield messageIn(factory, record);
    }
  }
}

function* engines(): Iterable<Message> {
  const file = turbofan.reader.open('train_FD001.txt');
  for (let cycle = 1; cycle <= 200; cycle += 1) {
    for (const unit of [1, 2]) {
      const values = turbofan.tables['cycles']?.columns
        .slice(4, 25)
        .map((_, index) => (index === 9 ? 1.3 : (30 + ((cycle * unit * (index + 1)) % 70)) / 100));
      for (const record of file.record([unit, cycle, 0, 0, 100, ...(values ?? [])].join(' '))) {
        yield messageIn(turbofan, record);
      }
    }
  }
  for (const record of file.end?.() ?? []) {
    yield messageIn(turbofan, record);
  }
}

const cases: readonly (readonly [string, Domain, () => Iterable<Message>])[] = [
  ['factory', factory, machines],
  ['turbofan', turbofan, engines],
];

test.each(cases)('the state of %s goes on from its bytes to the last bit, wherever it is stored', (_, domain, messages) => {
  const kept = new Map<string, unknown>();
  const stored = new Map<string, Uint8Array>();
  let largest = 0;
  for (const message of messages()) {
    const { deviceId } = message;
    const bytes = stored.get(deviceId);
    const whole = domain.process(message, kept.get(deviceId));
    const restarted = domain.process(message, bytes && domain.stateCodec?.decode(bytes));
    expect(restarted.rows).toEqual(whole.rows);
    kept.set(deviceId, whole.state);
    const encoded = domain.stateCodec?.encode(restarted.state) ?? new Uint8Array();
    stored.set(deviceId, encoded);
    largest = Math.max(largest, encoded.length);
  }
  expect(kept.size).toBeGreaterThan(1);
  expect(largest).toBeGreaterThan(500);
  // A DynamoDB item of a few kilobytes is written in a few units.
  expect(largest).toBeLessThan(3000);
});
