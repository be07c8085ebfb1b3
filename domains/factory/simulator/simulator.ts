import type { OutgoingRecord, SimulationOptions, Simulator } from '../../../core/domain';
import { hourMs } from '../../../core/features/statistics';
import { SeededRandom } from '../../../core/random';
import { bytesOf, Encoder } from './encode';
import { fleet } from './fleet';
import { Machine } from './machine';
import { TroubleDeck } from './trouble';

/** How often a machine reports. */
const usualIntervalMs = 10 * 60_000;
/**
 * A run that would span less than a week reports less often, down to this, and spans two weeks: so its time still holds failures and what
 * comes before them, though the last two days and the embargo before are held out of the training.
 */
const longestIntervalMs = 2 * hourMs;
const shortestSpanMs = 7 * 24 * hourMs;
const stretchedSpanMs = 14 * 24 * hourMs;
/** A long run reports more often, so that all of it stays within what the clock tolerance and the training window allow. */
const longestSpanMs = 28 * 24 * hourMs;
/** Scale of the life of parts: some months at most, and in a short run short enough that about half of the machines fail. */
const longestLifeMs = 60 * 24 * hourMs;
const lifePerSpan = 2.4;
/** The share of readings that meet trouble. */
const troubleShare = 0.01;
/** A message that is sent twice comes again within so many of the machine's messages; one that is late, within so many. */
const longestRepeat = 40;
const longestDelay = 6;

/** How much time a run spans, and how often a machine reports in it, in milliseconds. */
export function timing(options: Pick<SimulationOptions, 'devices' | 'records'>): {
  readonly spanMs: number;
  readonly intervalMs: number;
} {
  const rounds = options.records / options.devices;
  const isShort = usualIntervalMs * rounds < shortestSpanMs;
  const wantedMs = isShort ? Math.min(longestIntervalMs, stretchedSpanMs / rounds) : usualIntervalMs;
  const intervalMs = Math.min(wantedMs, longestSpanMs / rounds);
  return { spanMs: intervalMs * rounds, intervalMs };
}

/** A message that was held back, or is to be sent again. */
interface Pending {
  /** How many of the machine's turns from now. */
  turns: number;
  readonly record: OutgoingRecord;
}

/** One machine, its numbering, and what is still on the way. */
class Source {
  readonly machine: Machine;
  readonly encoder: Encoder;
  sequence = 0;
  lastTime: number | undefined;
  pending: Pending[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
    this.encoder = new Encoder(machine.specification);
  }
}

/** The simulator of a fleet whose messages may be at most `maxMessageBytes` large. */
export function factorySimulator(maxMessageBytes: number): Simulator {
  return { defaultDevices: 160, simulate: (options) => simulate(options, maxMessageBytes) };
}

/**
 * Machines report in turn. Each record takes one slot of the simulated time and the last slot ends at `endTime`, so the number of
 * records and the end of their time are exact whatever happens to the machines.
 */
function* simulate(options: SimulationOptions, maxMessageBytes: number): Generator<OutgoingRecord> {
  const { devices, records, endTime } = options;
  if (!Number.isInteger(devices) || devices < 1 || !Number.isInteger(records) || records < 0) {
    throw new RangeError(`devices ${devices} must be a whole number from 1, records ${records} one from 0`);
  }
  const root = SeededRandom.fromSeed(options.seed);
  const { spanMs, intervalMs } = timing(options);
  const lifeMs = Math.min(longestLifeMs, lifePerSpan * spanMs);
  const slotMs = intervalMs / devices;
  const machines = fleet(devices, root.fork('fleet'));
  const sources = machines.map((each) => new Source(new Machine(each, lifeMs, root.fork(`machine ${each.deviceId}`))));
  const order = root.fork('order').shuffled(sources);
  const [random, latency] = [root.fork('trouble'), root.fork('latency')];
  const troubles = new TroubleDeck(root.fork('deck'));
  let sent = 0;
  for (let turn = 0; ; turn += 1) {
    const source = order[turn % devices] as Source;
    const slotTime = endTime - (records - 1 - sent) * slotMs;
    for (const record of takeTurn(source, slotTime)) {
      if (sent === records) {
        return;
      }
      sent += 1;
      yield record;
    }
    if (sent === records) {
      return;
    }
  }

  /** What one machine puts on the stream when it is its turn. */
  function takeTurn(source: Source, slotTime: number): OutgoingRecord[] {
    const { machine, encoder } = source;
    const { deviceId } = machine.specification;
    // Measured a little before it arrives, and never before the machine's last reading.
    const measured = Math.floor(slotTime - latency.between(0, Math.min(8000, intervalMs / 4)));
    const time = Math.min(Math.floor(slotTime), Math.max(measured, (source.lastTime ?? -Infinity) + 1));
    const elapsedMs = source.lastTime === undefined ? 0 : time - source.lastTime;
    source.lastTime = time;
    const { entries, reading } = machine.step(time, elapsedMs);
    const out: OutgoingRecord[] = entries.map((entry) => ({
      partitionKey: deviceId,
      data: bytesOf(encoder.entry(entry, (source.sequence += 1))),
      expected: 'delivered',
    }));
    const due = source.pending.filter((each) => (each.turns -= 1) <= 0);
    const body = encoder.reading(reading, (source.sequence += 1));
    const trouble = random.chance(troubleShare) ? troubles.next() : undefined;
    const record = (data: Uint8Array, expected: OutgoingRecord['expected'] & string): OutgoingRecord => ({
      partitionKey: deviceId,
      data,
      expected,
    });
    if (trouble === undefined) {
      out.push(record(bytesOf(body), 'delivered'));
    } else if (trouble.sort === 'damage') {
      out.push(record(trouble.damage.apply(body, { random, endTime, maxMessageBytes }), trouble.damage.expected));
    } else {
      const data = bytesOf(body);
      if (trouble.sort === 'sent-twice') {
        out.push(record(data, 'delivered'));
        source.pending.push({ turns: random.integer(1, longestRepeat), record: record(data, 'duplicate') });
      } else {
        source.pending.push({ turns: random.integer(1, longestDelay), record: record(data, 'delivered') });
      }
    }
    if (due.length > 0) {
      source.pending = source.pending.filter((each) => each.turns > 0);
      out.push(...due.map((each) => each.record));
    }
    return out;
  }
}
