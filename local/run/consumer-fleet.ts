import * as path from 'node:path';
import { ledgerEvent, type LedgerEntry } from '../../core/ledger';
import { Child } from './child';
import { LeaseBoard } from './lease-board';
import type { LedgerBook } from './ledger-book';
import type { ConsumerReport } from './report';
import { StageError } from './stage-error';

export interface ConsumerFleetProps {
  readonly workers: number;
  /** The folder of the container image: the bundle `main.js`. */
  readonly imageDirectory: string;
  /** What follows `node` on the container's command line. */
  readonly command: readonly string[];
  /** The container's environment from the task definition, with the endpoints of the local AWS. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logs: string;
  readonly book: LedgerBook;
}

interface Consumer {
  readonly name: string;
  readonly child: Child;
  maxRssBytes: number | null;
  deviceStatesWritten: number | null;
  killed: boolean;
}

/** The consumer's tasks, as processes on this machine. */
export class ConsumerFleet {
  private readonly consumers: Consumer[];
  private readonly leases = new LeaseBoard();
  private stopping = false;
  /** Rejects when a consumer ends though nobody asked it to. */
  readonly failed: Promise<never>;

  constructor(props: ConsumerFleetProps) {
    let fail: (error: StageError) => void = () => undefined;
    this.failed = new Promise<never>((_, reject) => (fail = reject));
    this.failed.catch(() => undefined);
    this.consumers = Array.from({ length: props.workers }, (_, index) => {
      const name = `consumer-${index + 1}`;
      const consumer: Consumer = {
        name,
        maxRssBytes: null,
        deviceStatesWritten: null,
        killed: false,
        child: new Child({
          args: props.command,
          cwd: props.imageDirectory,
          environment: props.environment,
          logFile: path.join(props.logs, `${name}.log`),
          onLine: (line) => read(line, consumer, props.book, this.leases),
        }),
      };
      void consumer.child.exited.then((exit) => {
        if (!this.stopping && !consumer.killed) {
          const how = exit.code === null ? `signal ${exit.signal ?? '?'}` : `exit code ${exit.code}`;
          fail(new StageError(`${name} ended with ${how}; see ${path.join(props.logs, `${name}.log`)}`, consumer.child.tail()));
        }
      });
      return consumer;
    });
  }

  /** Whether the workers share the shards evenly, and each knows which are its own. */
  isBalanced(shards: number): boolean {
    return this.leases.isBalanced(shards, this.consumers.length);
  }

  /** How many shards each worker works on, most first. */
  loads(): readonly number[] {
    return this.leases.loads();
  }

  /** Kills the first worker as a crash would: no drain, no checkpoint, no release. */
  async killOne(): Promise<string> {
    const victim = this.consumers[0];
    if (victim === undefined) {
      throw new RangeError('there is no consumer to kill');
    }
    victim.killed = true;
    victim.child.kill('SIGKILL');
    await victim.child.exited;
    return victim.name;
  }

  /** Stops every worker as ECS does, by SIGTERM, and waits until all have ended. Stopping twice is harmless. */
  async stop(graceMs: number): Promise<readonly ConsumerReport[]> {
    this.stopping = true;
    await Promise.all(this.consumers.map((consumer) => consumer.child.stop(graceMs)));
    return this.consumers.map(({ name, maxRssBytes, deviceStatesWritten }) => ({
      workerId: name,
      maxRssBytes,
      deviceStatesWritten,
    }));
  }
}

function read(line: string, consumer: Consumer, book: LedgerBook, leases: LeaseBoard): void {
  if (!line.startsWith('{')) {
    return;
  }
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return; // A line cut short by a kill; it is in the log file.
  }
  if (isEvent(entry, ledgerEvent)) {
    book.add(entry as unknown as LedgerEntry);
  } else if (isEvent(entry, 'lease-taken')) {
    leases.taken(String(entry.shardId), consumer.name);
  } else if (isEvent(entry, 'lease-lost') || isEvent(entry, 'lease-released')) {
    leases.gone(String(entry.shardId), consumer.name);
  } else if (isEvent(entry, 'stopped') && typeof entry.maxRssBytes === 'number') {
    consumer.maxRssBytes = entry.maxRssBytes;
    consumer.deviceStatesWritten = Number(entry.deviceStatesWritten);
  }
}

function isEvent(entry: unknown, event: string): entry is Readonly<Record<string, unknown>> {
  return typeof entry === 'object' && entry !== null && 'event' in entry && entry.event === event;
}
