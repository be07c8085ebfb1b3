import type { LedgerEntry } from '../../../core/ledger';
import { createWorkerOn, type KclEvent, type Worker } from '../../../consumer/kcl';
import { InMemoryLeaseStore, InMemoryStream, VirtualClock } from '../../../consumer/kcl/testing';
import { createTelemetryProcessors, type PipelineEvent } from '../../../consumer/pipeline';
import { MemoryDelivery } from '../../../consumer/pipeline/delivery/memory-delivery';
import { deliveredRow } from './delivered-row';
import { bytes, fixtureDomain, reading } from './fixture-domain';

const streams = { readings: 'readings-stream', repairs: 'repairs-stream' };
const quarantine = 'quarantine-stream';
const failoverTimeMs = 2_000;

interface Member {
  readonly worker: Worker;
  readonly events: KclEvent[];
  ended: boolean;
}

/** Workers with the real processor over one stream, one lease table and one Firehose in memory, in virtual time. */
class Fleet {
  readonly clock = new VirtualClock();
  readonly leases = new InMemoryLeaseStore();
  readonly stream: InMemoryStream;
  readonly pipelineEvents: PipelineEvent[] = [];
  unavailable = false;
  readonly delivery = new MemoryDelivery([...Object.values(streams), quarantine], () =>
    this.unavailable ? { unavailable: 'ServiceUnavailableException' } : undefined,
  );
  sent = 0;

  constructor(readonly shards: number) {
    this.stream = new InMemoryStream(this.clock, shards);
  }

  start(workerId: string): Member {
    const random = (): number => 0.5;
    const events: KclEvent[] = [];
    const worker = createWorkerOn(
      { leases: this.leases, stream: this.stream },
      {
        workerId,
        failoverTimeMs,
        maxLeasesToStealAtOneTime: 100,
        clock: this.clock,
        random,
        onEvent: (event) => events.push(event),
        processor: createTelemetryProcessors({
          domain: fixtureDomain,
          deliveryStreams: streams,
          quarantineStream: quarantine,
          delivery: this.delivery,
          flushIntervalMs: 700,
          checkpointIntervalMs: 700,
          clock: this.clock,
          random,
          onEvent: (event) => this.pipelineEvents.push(event),
        }),
      },
    );
    const member: Member = { worker, events, ended: false };
    void worker.run().then(() => (member.ended = true));
    return member;
  }

  put(count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.sent += 1;
      const document = this.sent % 10 === 0 ? '{broken' : reading({ sequence: this.sent, event_time: this.clock.wallMs() });
      this.stream.put(`key-${this.sent}`, bytes(document));
    }
  }

  /** Sequence numbers of the rows and quarantine lines that Firehose accepted. */
  accepted(): string[] {
    return [...this.delivery.accepted].flatMap(([stream, records]) =>
      Buffer.concat(records)
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .map((row) => (stream === quarantine ? row : deliveredRow(fixtureDomain, stream.replace('-stream', ''), row)))
        .map((row) => String(row['sequence_number'])),
    );
  }

  /** What the ledger says was received, entries whose checkpoint was refused left out: found backwards from each shard's checkpoint. */
  async received(): Promise<number> {
    const { leases } = await this.leases.list();
    const entries = this.pipelineEvents.flatMap((event) => (event.type === 'ledger' ? [event.entry] : []));
    return leases.reduce((sum, { leaseKey, checkpoint }) => {
      const byEnd = new Map<string, LedgerEntry>(
        entries.filter(({ shardId }) => shardId === leaseKey).map((entry) => [entry.through, entry]),
      );
      let received = 0;
      for (let entry = byEnd.get(checkpoint.sequenceNumber); entry !== undefined; entry = byEnd.get(entry.after)) {
        received += entry.received;
      }
      return sum + received;
    }, 0);
  }

  owners(): (string | undefined)[] {
    return this.stream.openShardIds.map((id) => this.leases.row(id)?.['leaseOwner']?.S);
  }

  checkpoints(): (string | undefined)[] {
    return this.stream.openShardIds.map((id) => this.leases.row(id)?.['checkpoint']?.S);
  }
}

describe('workers with the telemetry processor', () => {
  it('lose nothing when shards are handed over in the middle of a stream', async () => {
    const fleet = new Fleet(4);
    const a = fleet.start('a');
    for (let i = 0; i < 10; i += 1) {
      fleet.put(100);
      await fleet.clock.advance(300);
    }
    const b = fleet.start('b');
    for (let i = 0; i < 20; i += 1) {
      fleet.put(100);
      await fleet.clock.advance(300);
    }
    expect(b.events.some((event) => event.type === 'lease-taken' && event.reason === 'handed-over')).toBe(true);
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'lease-released', reason: 'handed-over' }));
    void a.worker.stop({ graceMs: 1_000 });
    fleet.put(100);
    await fleet.clock.advance(12_000);
    expect(a.ended).toBe(true);
    expect(fleet.owners()).toEqual(['b', 'b', 'b', 'b']);

    expect(new Set(fleet.accepted()).size).toBe(fleet.sent);
    await expect(fleet.received()).resolves.toBe(fleet.sent);
    void b.worker.stop();
    await fleet.clock.advance(1_000);
    expect(fleet.clock.sleepers).toBe(0);
  });

  it('keep their shards while Firehose takes nothing for ten minutes, checkpoint nothing, and go on when it does', async () => {
    const fleet = new Fleet(2);
    const a = fleet.start('a');
    await fleet.clock.advance(1_000);
    fleet.unavailable = true;
    fleet.put(50);
    await fleet.clock.advance(1_000);
    fleet.put(50);
    await fleet.clock.advance(600_000);
    expect(a.events.filter(({ type }) => type === 'lease-lost' || type === 'reader-stalled')).toEqual([]);
    expect([fleet.owners(), fleet.checkpoints()]).toEqual([
      ['a', 'a'],
      ['TRIM_HORIZON', 'TRIM_HORIZON'],
    ]);
    fleet.unavailable = false;
    await fleet.clock.advance(30_000);
    expect(fleet.accepted()).toHaveLength(100);
    expect(new Set(fleet.accepted()).size).toBe(100);
    void a.worker.stop();
    await fleet.clock.advance(1_000);
  });

  it('stop within the grace while Firehose takes nothing, give their leases back, and leave the records to the next', async () => {
    const fleet = new Fleet(2);
    const a = fleet.start('a');
    fleet.unavailable = true;
    fleet.put(50);
    await fleet.clock.advance(5_000);
    void a.worker.stop({ graceMs: 3_000 });
    await fleet.clock.advance(2_600);
    expect(a.ended).toBe(false);
    await fleet.clock.advance(400);
    expect(a.ended).toBe(true);
    expect([fleet.owners(), fleet.checkpoints()]).toEqual([
      [undefined, undefined],
      ['TRIM_HORIZON', 'TRIM_HORIZON'],
    ]);
    expect(fleet.clock.sleepers).toBe(0);
    fleet.unavailable = false;
    const b = fleet.start('b');
    await fleet.clock.advance(3_000);
    expect(new Set(fleet.accepted()).size).toBe(50);
    void b.worker.stop();
    await fleet.clock.advance(1_000);
  });
});
