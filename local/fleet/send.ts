import { setMaxListeners } from 'node:events';
import type { OutgoingRecord } from '../../core/domain';
import { FleetError } from './fleet-error';
import { Lane, type QueuedRecord } from './lane';
import { Pace } from './pace';
import type { PutResult, RecordStream } from './record-stream';
import { systemTiming, type Timing } from './timing';

/** How far sending has come. */
export interface Progress {
  /** Records that the stream has taken. */
  readonly sent: number;
  /** Bytes that the stream has taken: data and partition keys. */
  readonly bytes: number;
  /** Times that a record was refused because a shard's limit was used up; a record refused twice counts twice. */
  readonly throttled: number;
}

export interface SendProps {
  /** In the order in which they are to be sent. Read lazily: a few thousand are held at a time. */
  readonly records: Iterable<OutgoingRecord> | AsyncIterable<OutgoingRecord>;
  readonly stream: RecordStream;
  /** Records per second, all together. @default - as fast as the stream takes them */
  readonly rate?: number;
  /** Stops sending: requests under way are finished, nothing more is sent. */
  readonly signal: AbortSignal;
  /** Called with each record that the stream has taken. */
  readonly onSent?: (record: OutgoingRecord) => void;
  /** Called after each request. */
  readonly onProgress?: (progress: Progress) => void;
  /** @default the system's */
  readonly timing?: Timing;
  /** @default Math.random */
  readonly random?: () => number;
}

/** One PutRecords request may hold ten times as many bytes, but a shard takes no more than this in a second. */
const maxRequestBytes = 1024 * 1024;
/** Records held in all lanes together, at most. */
const maxQueuedRecords = 20_000;
const maxQueuedBytes = 32 * 1024 * 1024;
/** With a rate, records are released in portions of this length: the load is even and requests are not tiny. */
const rateTickMs = 100;
/** Records read from the source at a stretch, before requests and replies get their turn. */
const stretch = 500;
/** How long a lane may make no progress at all before sending fails, in milliseconds. */
const patienceMs = 60_000;

/**
 * Sends records into a stream, as fast as it takes them or at a given rate.
 *
 * Each partition key belongs to one lane, and a lane sends one request at a time, so the records of a key are sent in their order.
 * There is a lane per shard: a lane that is throttled does not hold up the others. What a shard refuses is sent again before
 * anything else of its lane. One exception is the service's own: within one request PutRecords may take a record after it has
 * refused an earlier one of the same key, which then follows it; records carry their own sequence for that reason.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 *
 * @returns how far it came: everything, or what was sent when `signal` was aborted
 * @throws FleetError `record-too-large`, `stream-refuses`; whatever the stream or the source throws
 */
export async function send(props: SendProps): Promise<Progress> {
  const { stream, timing = systemTiming, random = Math.random } = props;
  const failure = new AbortController();
  const signal = AbortSignal.any([props.signal, failure.signal]);
  // Every lane waits on it.
  setMaxListeners(0, signal);
  const total = { sent: 0, bytes: 0, throttled: 0 };
  const queued = { records: 0, bytes: 0 };
  const lanes = Array.from({ length: stream.lanes }, () => new Lane());
  let ended = false;
  let roomFree: (() => void) | undefined;

  signal.addEventListener('abort', () => {
    lanes.forEach((lane) => lane.notify());
    roomFree?.();
  });

  const account = (batch: readonly QueuedRecord[], result: PutResult): Settled => {
    const settled = settle(batch, result);
    total.sent += settled.taken.records;
    total.bytes += settled.taken.bytes;
    total.throttled += result.throttled;
    queued.records -= settled.taken.records;
    queued.bytes -= settled.taken.bytes;
    return settled;
  };

  const runLane = async (lane: Lane): Promise<void> => {
    const pace = new Pace();
    let progressAtMs = timing.now();
    while (!signal.aborted) {
      if (lane.length === 0) {
        if (ended) {
          return;
        }
        await lane.changed();
        progressAtMs = timing.now();
        continue;
      }
      const waitMs = pace.waitMs(timing.now());
      if (waitMs > 0) {
        await timing.sleep(waitMs, signal);
        continue;
      }
      const batch = lane.take({ records: pace.maxRecords, bytes: maxRequestBytes });
      const result = await stream.put(batch.map(({ record }) => record));
      const { taken, refused, refusedRecords } = account(batch, result);
      if (refusedRecords.length > 0) {
        lane.putBack(refusedRecords);
      }
      pace.sent(taken, refused, timing.now(), random());
      if (taken.records > 0) {
        progressAtMs = timing.now();
        roomFree?.();
      } else if (timing.now() - progressAtMs > patienceMs) {
        throw new FleetError('stream-refuses', `the stream has taken no record for ${patienceMs / 1000} s: ${result.message}`);
      }
      if (props.onSent !== undefined) {
        const left = new Set(refusedRecords);
        batch.filter((each) => !left.has(each)).forEach(({ record }) => props.onSent?.(record));
      }
      props.onProgress?.({ ...total });
    }
  };

  const readSource = async (): Promise<void> => {
    const startMs = timing.now();
    let released = 0;
    const iterator = iterate(props.records);
    try {
      while (!signal.aborted) {
        if (queued.records >= maxQueuedRecords || queued.bytes >= maxQueuedBytes) {
          await new Promise<void>((resolve) => (roomFree = resolve));
          roomFree = undefined;
          continue;
        }
        if (props.rate !== undefined && released >= allowance(props.rate, timing.now() - startMs)) {
          await timing.sleep(Math.max(rateTickMs, 1000 / props.rate), signal);
          continue;
        }
        if (released % stretch === stretch - 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        const step = iterator.next();
        const { done, value: record } = step instanceof Promise ? await step : step;
        if (done === true) {
          break;
        }
        const bytes = sizeOf(record, stream.maxRecordBytes);
        queued.records += 1;
        queued.bytes += bytes;
        released += 1;
        lanes[stream.laneOf(record.partitionKey)]?.push({ record, bytes });
      }
    } finally {
      ended = true;
      await iterator.return?.();
      lanes.forEach((lane) => lane.notify());
    }
  };

  const tasks = [readSource(), ...lanes.map(runLane)].map((task) =>
    task.catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  // All of them end before this does: nothing is left running when sending has failed.
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
  return { ...total };
}

interface Amount {
  readonly records: number;
  readonly bytes: number;
}

interface Settled {
  readonly taken: Amount;
  readonly refused: Amount;
  /** In the order in which they are to be sent again. */
  readonly refusedRecords: readonly QueuedRecord[];
}

/** Divides a batch into what the stream took and what it refused. */
function settle(batch: readonly QueuedRecord[], { refused }: PutResult): Settled {
  const amount = (records: readonly QueuedRecord[]): Amount => ({
    records: records.length,
    bytes: records.reduce((sum, { bytes }) => sum + bytes, 0),
  });
  const refusedRecords = refused.map((index) => batch[index] as QueuedRecord);
  const [whole, back] = [amount(batch), amount(refusedRecords)];
  return {
    taken: { records: whole.records - back.records, bytes: whole.bytes - back.bytes },
    refused: back,
    refusedRecords,
  };
}

/** How many records may have been released after `elapsedMs`: those of the portion that is running included. */
function allowance(rate: number, elapsedMs: number): number {
  return Math.max(1, Math.floor((rate * (Math.floor(elapsedMs / rateTickMs) + 1) * rateTickMs) / 1000));
}

function sizeOf({ partitionKey, data }: OutgoingRecord, maxBytes: number): number {
  const bytes = Buffer.byteLength(partitionKey) + data.byteLength;
  if (bytes > maxBytes) {
    const message = `a record of ${JSON.stringify(partitionKey)} has ${bytes} bytes; the stream takes ${maxBytes} at most`;
    throw new FleetError('record-too-large', message);
  }
  return bytes;
}

type Steps = Iterator<OutgoingRecord, unknown> | AsyncIterator<OutgoingRecord, unknown>;

function iterate(records: SendProps['records']): Steps {
  return Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]();
}
