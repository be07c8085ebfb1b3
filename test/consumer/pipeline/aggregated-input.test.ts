import { aggregate, createWorkerOn, type KclEvent, type Worker } from '../../../consumer/kcl';
import { InMemoryLeaseStore, InMemoryStream, VirtualClock } from '../../../consumer/kcl/testing';
import { createTelemetryProcessors, type PipelineEvent } from '../../../consumer/pipeline';
import { MemoryDelivery } from '../../../consumer/pipeline/delivery/memory-delivery';
import { LedgerBook } from '../../../local/run/ledger-book';
import { deliveredRow } from './delivered-row';
import { bytes, fixtureDomain, reading } from './fixture-domain';

const streams = { readings: 'readings-stream', repairs: 'repairs-stream' };
const quarantine = 'quarantine-stream';

interface Sent {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** 600 messages of ten devices; some are broken, some come twice. */
function messages(clock: VirtualClock): Sent[] {
  return Array.from({ length: 600 }, (_, index) => {
    const device = `machine-${index % 10}`;
    const sequence = index % 17 === 0 ? Math.max(0, index - 10) : index;
    const document =
      index % 23 === 0
        ? '{broken'
        : reading({ device_id: device, sequence, event_time: clock.wallMs() + index, temperature: index % 40 });
    return { partitionKey: device, data: bytes(document) };
  });
}

/** The whole pipeline over a stream in memory, with workers that stop in between. */
async function run(
  put: (stream: InMemoryStream, sent: readonly Sent[]) => Promise<void> | void,
  workers: readonly string[],
): Promise<Result> {
  const clock = new VirtualClock();
  const stream = new InMemoryStream(clock, 2);
  const leases = new InMemoryLeaseStore();
  const delivery = new MemoryDelivery([...Object.values(streams), quarantine]);
  const events: KclEvent[] = [];
  const book = new LedgerBook();
  const checkpoints: string[] = [];
  await put(stream, messages(clock));
  const onEvent = (event: PipelineEvent): void => {
    if (event.type === 'ledger') {
      book.add(event.entry);
      checkpoints.push(event.entry.through);
    }
  };
  for (const workerId of workers) {
    const worker: Worker = createWorkerOn(
      { leases, stream },
      {
        workerId,
        failoverTimeMs: 2_000,
        maxRecordsPerRead: 40,
        clock,
        random: () => 0.5,
        onEvent: (event) => events.push(event),
        processor: createTelemetryProcessors({
          domain: fixtureDomain,
          deliveryStreams: streams,
          quarantineStream: quarantine,
          delivery,
          flushIntervalMs: 300,
          // At every flush, of which many fall inside an aggregate.
          checkpointIntervalMs: 0,
          limits: { shardBufferBytes: 5_000 },
          clock,
          random: () => 0.5,
          onEvent,
        }),
      },
    );
    void worker.run();
    await clock.advance(workerId === workers.at(-1) ? 60_000 : 700);
    void worker.stop({ graceMs: 5_000 });
    await clock.advance(6_000);
  }
  const lines = (name: string): Record<string, unknown>[] =>
    Buffer.concat(delivery.accepted.get(name) ?? [])
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    rows: lines(streams.readings).map((line) => deliveredRow(fixtureDomain, 'readings', line)),
    rejected: lines(quarantine),
    totals: book.totals(),
    checkpoints,
    events,
  };
}

interface Result {
  readonly rows: readonly Record<string, unknown>[];
  readonly rejected: readonly Record<string, unknown>[];
  readonly totals: ReturnType<LedgerBook['totals']>;
  readonly checkpoints: readonly string[];
  readonly events: readonly KclEvent[];
}

function putPlain(stream: InMemoryStream, sent: readonly Sent[]): void {
  for (const { data, partitionKey } of sent) {
    stream.put(partitionKey, data);
  }
}

async function putAggregated(stream: InMemoryStream, sent: readonly Sent[]): Promise<void> {
  const shards = (await stream.listShards()).map(({ hashRange }) => hashRange);
  for (const { data, explicitHashKey, partitionKey } of aggregate(sent, { shards, maxRecords: 25 })) {
    stream.put(partitionKey, { data, ...(explicitHashKey !== undefined && { explicitHashKey: BigInt(explicitHashKey) }) });
  }
}

/** Without what names the place in the stream. */
const contents = (rows: readonly Record<string, unknown>[]): string[] => {
  const place = { shard_id: undefined, sequence_number: undefined, sub_sequence_number: undefined };
  return rows.map((row) => JSON.stringify({ ...row, ...place })).sort();
};

describe('aggregated input', () => {
  test('gives the same rows, the same quarantine and the same ledger as plain input', async () => {
    const [plain, aggregated] = [await run(putPlain, ['a']), await run(putAggregated, ['a'])];
    expect(plain.rows.length).toBeGreaterThan(400);
    expect(contents(aggregated.rows)).toEqual(contents(plain.rows));
    expect(contents(aggregated.rejected)).toEqual(contents(plain.rejected));
    expect(aggregated.totals).toEqual(plain.totals);
    expect(aggregated.totals.received).toBe(600);
  });

  test('is read on from inside an aggregate when workers follow one another: every message once, and the ledger adds up', async () => {
    const { checkpoints, events, rejected, rows, totals } = await run(putAggregated, ['a', 'b', 'c', 'd']);
    expect(events.filter((event) => event.type === 'shard-started' && event.startAfter.subSequenceNumber > 0)).not.toEqual([]);
    expect(checkpoints.filter((through) => through.includes('.')).length).toBeGreaterThan(3);
    expect(totals.received).toBe(600);
    expect(rows.length + rejected.length + totals.duplicatesDropped).toBe(600);
    expect(new Set(rows.map(({ device_id, sequence }) => `${String(device_id)}/${String(sequence)}`)).size).toBeGreaterThan(500);
  });
});
