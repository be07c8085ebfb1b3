import { KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SeededRandom } from '../../core/random';
import { domains } from '../../domains';
import { endpointOptions } from './endpoints';

export interface Payload {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** PutRecords takes this many records. */
const perRequest = 500;

/** @param kind - how many random bytes, or the domain whose simulator makes the records. @throws RangeError when it is neither */
export function payloads(kind: string, records: number): Iterable<Payload> {
  if (/^[0-9]+$/.test(kind)) {
    return randomBytes(Number(kind), records);
  }
  const simulator = Object.hasOwn(domains, kind) ? domains[kind]?.simulator : undefined;
  if (simulator === undefined) {
    throw new RangeError(`payload must be a number of bytes or a domain with a simulator, not ${kind}`);
  }
  // As if they came just now: the pipeline quarantines what its clock does not allow.
  return simulator.simulate({ devices: simulator.defaultDevices, records, seed: 1, endTime: Date.now() });
}

function* randomBytes(size: number, records: number): Generator<Payload> {
  const random = SeededRandom.fromSeed(1);
  for (let index = 0; index < records; index += 1) {
    const data = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; at += 1) {
      data[at] = random.bits();
    }
    yield { partitionKey: `device-${index % 5000}`, data };
  }
}

/** Puts the records where their partition keys belong. */
export async function fill(endpoint: string, stream: string, records: Iterable<Payload>): Promise<void> {
  const client = new KinesisClient(endpointOptions(endpoint));
  await client.send(new ListShardsCommand({ StreamName: stream }));
  let batch: Payload[] = [];
  const send = async (): Promise<void> => {
    const Records = batch.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
    batch = [];
    const reply = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
    if ((reply.FailedRecordCount ?? 0) > 0) {
      throw new Error(`${reply.FailedRecordCount} records were not put`);
    }
  };
  for (const record of records) {
    batch.push(record);
    if (batch.length === perRequest) {
      await send();
    }
  }
  if (batch.length > 0) {
    await send();
  }
  client.destroy();
}
