import type { TimeWindow } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import type { ShardLease } from '../../core/window-closing';
import { EventReader } from '../shared/event-reader';
import { isoWindow, windowName, type IsoWindow } from '../shared/iso-window';
import { uriOf, type Lake } from '../shared/lake';
import { TrainingError } from '../shared/training-error';

/** That a window was closed, and how: written once, and never changed. */
export interface Closing {
  readonly version: 1;
  readonly domain: string;
  readonly window: IsoWindow;
  /** Every row of the window that arrived before it is in the lake, and none can be added. ISO 8601, UTC. */
  readonly cutoff: string;
  /** Counts the closings of the window, from 1 on. */
  readonly revision: number;
  /** When it was closed, ISO 8601, UTC. */
  readonly closedAt: string;
  /** How long after the window's end a record could arrive, before it was closed. */
  readonly allowedLatenessSeconds: number;
  /** The execution that closed it. */
  readonly executionName: string;
  /** Who started that. @default - the schedule */
  readonly requestedBy?: string;
  /** What each shard that was being read claimed to be complete until, ISO 8601, UTC. */
  readonly watermarks: Readonly<Record<string, string>>;
}

/** A closing, and where it lies. */
export interface StoredClosing {
  readonly closing: Pick<Closing, 'cutoff' | 'revision' | 'executionName'>;
  readonly uri: string;
}

/** Where the closings of a window lie. */
export class ClosingDocuments {
  private readonly folder: string;

  /** @param trainingSetPrefix ends in a slash */
  constructor(
    private readonly lake: Lake,
    trainingSetPrefix: string,
    private readonly window: TimeWindow,
  ) {
    this.folder = `${trainingSetPrefix}windows/${windowName(window)}/`;
  }

  /** The newest closing; undefined when the window was never closed. @throws TrainingError when the document is none */
  async latest(): Promise<StoredClosing | undefined> {
    const objects = await this.lake.list(`${this.folder}closing-`);
    const revisions = objects.flatMap(({ key }) => /closing-([1-9]\d*)\.json$/.exec(key)?.[1] ?? []).map(Number);
    return revisions.length === 0 ? undefined : this.read(Math.max(...revisions));
  }

  /** Writes a closing. When somebody else has written one of the same revision in the meantime, theirs holds. @returns the one that holds */
  async write(closing: Closing): Promise<StoredClosing> {
    const written = await this.lake.writeNew(this.key(closing.revision), JSON.stringify(closing, null, 2));
    return written === 'created' ? { closing, uri: this.uri(closing.revision) } : this.read(closing.revision);
  }

  private async read(revision: number): Promise<StoredClosing> {
    const uri = this.uri(revision);
    const text = await this.lake.readText(this.key(revision));
    const closing = new EventReader(parsed(text, uri), uri);
    const window = closing.object('window');
    const expected = isoWindow(this.window);
    if (window.text('start') !== expected.start || window.text('end') !== expected.end) {
      throw invalid(`${uri} is of another window than its name says`);
    }
    return { closing: { cutoff: closing.text('cutoff'), revision, executionName: closing.text('executionName') }, uri };
  }

  private key(revision: number): string {
    return `${this.folder}closing-${revision}.json`;
  }

  private uri(revision: number): string {
    return uriOf(this.lake, this.key(revision));
  }
}

/** The claims of the shards that were being read, by shard. */
export function watermarksOf(leases: readonly ShardLease[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    leases.flatMap(({ arrivalWatermarkMs, checkpoint, leaseKey }) =>
      arrivalWatermarkMs === undefined || checkpoint === 'SHARD_END'
        ? []
        : [[leaseKey, new Date(arrivalWatermarkMs).toISOString()]],
    ),
  );
}

function parsed(text: string | undefined, uri: string): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} is not JSON`, { cause: error });
  }
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
