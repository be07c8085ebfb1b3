import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * What a worker process did, a line each: kind, time in milliseconds since the epoch, shard, and what else there is, with tabs
 * between. A line is with the operating system before the call returns, so that a process that is killed loses none; at most its
 * last line is torn. `test/interop/java` writes the same format.
 *
 * - `start`, the position that reading starts after; `record`, sequence number, id; `checkpoint`, sequence number, when it has been
 *   stored; `refused`, a checkpoint that was not; `handover`; `end`, the shard was read to its end; `lost`, the lease is another's.
 */
export type JournalKind = 'start' | 'record' | 'checkpoint' | 'refused' | 'handover' | 'end' | 'lost';

/** The part of a journal between one `start` of a shard and the next. */
export interface Session {
  /** The worker's name: that of its journal's file, without its extension. */
  readonly worker: string;
  readonly shardId: string;
  readonly startMs: number;
  readonly startAfter: string;
  readonly records: readonly JournalRecord[];
  readonly checkpoints: readonly string[];
  /** Whether the worker said that it read the shard to its end. */
  readonly ended: boolean;
}

export interface JournalRecord {
  readonly timeMs: number;
  readonly sequenceNumber: string;
  readonly id: string;
}

/** Appends to a journal. */
export class Journal {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  write(lines: string): void {
    writeSync(this.file, lines);
  }

  close(): void {
    closeSync(this.file);
  }

  static line(kind: JournalKind, shardId: string, ...more: readonly string[]): string {
    const timeMs = (performance.timeOrigin + performance.now()).toFixed(3);
    return `${[kind, timeMs, shardId, ...more].join('\t')}\n`;
  }
}

/** The sessions of one worker's journal, in the order in which they began. */
export function readJournal(path: string): readonly Session[] {
  return parseJournal(basename(path, '.journal'), readFileSync(path, 'utf8'));
}

/** @throws Error on a line that is not of the format, the last one aside if it is torn */
export function parseJournal(worker: string, text: string): readonly Session[] {
  type Open = Session & { records: JournalRecord[]; checkpoints: string[]; ended: boolean };
  const sessions: Open[] = [];
  const open = new Map<string, Open>();
  const lines = text.split('\n');
  lines.pop();
  for (const line of lines) {
    const [kind, time, shardId = '', first = '', id = ''] = line.split('\t');
    const timeMs = Number(time);
    const session = open.get(shardId);
    if (kind === 'start') {
      const started: Open = { worker, shardId, startMs: timeMs, startAfter: first, records: [], checkpoints: [], ended: false };
      open.set(shardId, started);
      sessions.push(started);
    } else if (session === undefined || Number.isNaN(timeMs)) {
      throw new Error(`${worker}: this is no line of a journal: ${line}`);
    } else if (kind === 'record') {
      session.records.push({ timeMs, sequenceNumber: first, id });
    } else if (kind === 'checkpoint') {
      session.checkpoints.push(first);
    } else if (kind === 'end') {
      session.ended = true;
    }
  }
  return sessions;
}
