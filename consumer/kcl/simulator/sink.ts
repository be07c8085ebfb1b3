import type { KinesisRecord } from '../record';
import type { EventLog } from './event-log';
import type { FaultTally } from './faults';
import type { Machine } from './machine';
import { NetworkError, type Network } from './network';
import type { RecordBook } from './record-book';

/** Where processors deliver to: takes records, or is full for some time. */
export class Sink {
  full = false;

  constructor(
    private readonly network: Network,
    private readonly book: RecordBook,
    private readonly tally: FaultTally,
    private readonly log: EventLog,
  ) {}

  /** Resolves when the sink has acknowledged; a rejection says nothing about whether it has the records. */
  deliver(machine: Machine, shardId: string, records: readonly KinesisRecord[]): Promise<void> {
    const options = {
      service: 'sink',
      name: 'deliver',
      timeoutMs: 5000,
      throttled: () => {
        throw new NetworkError('ThrottlingException', 'the sink is asked too often');
      },
    } as const;
    return this.network.request(machine, options, async () => {
      if (this.full) {
        this.tally.add('sink-full');
        throw new NetworkError('SinkUnavailable', 'the disk is full');
      }
      this.log.add(machine.name, `delivers ${records.length} of ${shardId.slice(-4)}`);
      this.book.deliver(shardId, records, machine.name);
    });
  }
}
