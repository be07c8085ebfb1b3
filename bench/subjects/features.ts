import { serialize } from 'node:v8';
import type { Domain } from '../../core/domain';
import type { Message } from '../../core/message';
import { SeededRandom } from '../../core/random';
import { factory } from '../../domains/factory/domain';
import { turbofan } from '../../domains/turbofan/domain';
import { decode } from '../../consumer/pipeline/decode';
import { Rejection } from '../../consumer/pipeline/rejection';
import { compileValidator } from '../../consumer/pipeline/validate/message-validator';

/** What the subject is told. */
export interface FeaturesAssignment {
  readonly domain: 'factory' | 'turbofan';
  readonly devices: number;
  readonly records: number;
}

/** What it prints. */
export interface FeaturesMeasurement {
  /** Processor time of `process`, which makes the features and the row. */
  readonly nsPerRecord: number;
  /** On the heap and in buffers, as garbage collection leaves it. */
  readonly heapBytesPerDevice: number;
  /** As the domain's codec writes it; as structured clone does where there is none. */
  readonly encodedBytesPerDevice: number;
  readonly encodeNs: number;
  readonly decodeNs: number;
}

const endTime = Date.UTC(2026, 10, 20);
const random = SeededRandom.fromSeed(1);

/** Messages as the consumer has them after validation. */
function messagesOf({ devices, domain, records }: FeaturesAssignment): { readonly domain: Domain; readonly messages: Message[] } {
  const of: Domain = domain === 'factory' ? factory : turbofan;
  const validate = compileValidator(of);
  const messages: Message[] = [];
  const sent =
    domain === 'factory'
      ? (factory.simulator?.simulate({ devices, records, seed: 1, endTime }) ?? [])
      : flights(devices, records);
  for (const { data } of sent) {
    const document = decode(data, of.maxMessageBytes);
    const message = document instanceof Rejection ? document : validate(document, endTime);
    if (!(message instanceof Rejection)) {
      messages.push(message);
    }
  }
  return { domain: of, messages };
}

/** Lines of engines that fly in turn, with as many digits as those of the real files. */
function* flights(engines: number, records: number): Iterable<{ readonly data: Uint8Array }> {
  const file = turbofan.reader.open('test_FD001.txt');
  for (let index = 0; index < records; index += 1) {
    const engine = (index % engines) + 1;
    const cycle = Math.floor(index / engines) + 1;
    const values = turbofan.tables['cycles']?.columns.slice(4, 25).map(({ name }) => {
      const value = name === 's10' || name === 's16' ? 0.5 : 40 + random.normal(0, 0.5);
      return value.toFixed(2);
    });
    yield* file.record([engine, cycle, 0.001, 0.0002, 100, ...(values ?? [])].join(' '));
  }
}

function run(domain: Domain, messages: readonly Message[]): Map<string, unknown> {
  const states = new Map<string, unknown>();
  for (const message of messages) {
    states.set(message.deviceId, domain.process(message, states.get(message.deviceId)).state);
  }
  return states;
}

function heapBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function main(): void {
  const { domain, messages } = messagesOf(JSON.parse(process.argv[2] ?? '') as FeaturesAssignment);
  run(domain, messages);
  const before = heapBytes();
  const cpu = process.cpuUsage();
  const states = run(domain, messages);
  const { user, system } = process.cpuUsage(cpu);
  const held = heapBytes() - before;
  const all = [...states.values()];
  const encode = (state: unknown): Uint8Array => domain.stateCodec?.encode(state) ?? serialize(state);
  all.forEach(encode);
  let started = performance.now();
  const encoded = all.map(encode);
  const encodeMs = performance.now() - started;
  started = performance.now();
  encoded.forEach((bytes) => domain.stateCodec?.decode(bytes));
  const decodeMs = performance.now() - started;
  const measurement: FeaturesMeasurement = {
    nsPerRecord: ((user + system) * 1000) / messages.length,
    heapBytesPerDevice: held / states.size,
    encodedBytesPerDevice: encoded.reduce((sum, { length }) => sum + length, 0) / states.size,
    encodeNs: (encodeMs * 1e6) / states.size,
    decodeNs: (decodeMs * 1e6) / states.size,
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

main();
