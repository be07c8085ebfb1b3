import type { Domain, OutgoingRecord } from '../../../../core/domain';
import { startWallMs } from '../../../../consumer/kcl/simulator/machine';
import type { SeededRandom } from '../../../../consumer/kcl/simulator/seeded-random';
import { factory } from '../../../../domains/factory/domain';
import { bytes, reading, storedFixtureDomain } from '../fixture-domain';

/** What a fleet of devices sends, in the order in which it reaches the stream; without an end. */
export type MessageSource = Iterator<OutgoingRecord>;

/** The domains that are put through faults. */
export const simulatedDomains = { fixture: storedFixtureDomain as Domain, factory: factory as Domain } as const;
export type SimulatedDomain = keyof typeof simulatedDomains;

export function messagesOf(domain: SimulatedDomain, random: SeededRandom): MessageSource {
  return domain === 'fixture' ? fixtureMessages(random) : factoryMessages(random);
}

/** The factory's own simulator: trouble, late messages, duplicates and maintenance among them. */
function* factoryMessages(random: SeededRandom): MessageSource {
  const options = { devices: random.integer(2, 8), records: 4_000, seed: random.integer(1, 1e6), endTime: startWallMs };
  yield* factory.simulator?.simulate(options) ?? [];
}

/** Devices that number their messages, and now and then send one again, late, broken, or such as the domain fails on. */
function* fixtureMessages(random: SeededRandom): MessageSource {
  const devices = Array.from({ length: random.integer(2, 12) }, (_, index) => ({
    id: `machine-${index}`,
    next: 1,
    sent: [] as Uint8Array[],
    held: [] as Uint8Array[],
  }));
  for (let sent = 0; ; sent += 1) {
    const device = random.pick(devices);
    const draw = random.next();
    const repeated = random.pickOrNone(device.sent.slice(-40));
    let data: Uint8Array;
    if (draw < 0.08 && repeated !== undefined) {
      data = repeated;
    } else if (draw < 0.12) {
      data = bytes(`{broken ${sent}`);
    } else {
      const envelope = { device_id: device.id, sequence: device.next, event_time: startWallMs };
      device.next += random.chance(0.05) ? random.integer(2, 30) : 1;
      const mode = draw < 0.14 ? 'explode' : draw < 0.16 ? 'none' : draw < 0.18 ? 'nan' : 'auto';
      const made =
        draw < 0.24 && draw >= 0.18
          ? bytes({ source_type: 'repair', ...envelope, part: 'belt' })
          : bytes(reading({ ...envelope, temperature: random.integer(-400, 1_900) / 10, mode }));
      // Held back for some messages: it comes late, and out of order.
      device.held.push(...(draw > 0.95 ? [made] : []));
      data = draw > 0.95 ? (device.held.length > 2 ? (device.held.shift() as Uint8Array) : made) : made;
    }
    device.sent.push(data);
    yield { partitionKey: device.id, data };
  }
}
