import type { Domain } from '../../core/domain';
import type { TimeWindow } from '../../core/training-set';
import { windowClosing, type ShardLease } from '../../core/window-closing';
import { isoWindow, type IsoWindow } from '../shared/iso-window';
import type { Lake } from '../shared/lake';
import { ClosingDocuments, watermarksOf, type StoredClosing } from './closing';
import type { CheckWindowEvent } from './event';
import { latestWindow } from './window';

/** What the function is configured with. */
export interface CheckWindowConfig {
  readonly domain: Pick<Domain, 'name' | 'trainingSet'>;
  /** Ends in a slash. */
  readonly trainingSetPrefix: string;
  /** How long after its event time a row may still arrive at the stream, in seconds. */
  readonly allowedLatenessSeconds: number;
  /** How long after its arrival a row may still be missing from the lake, in seconds. */
  readonly deliveryBufferSeconds: number;
  /** How long an execution waits for its window to close, in seconds. */
  readonly windowLimitSeconds: number;
}

/** What the function works with. */
export interface CheckWindowProps {
  readonly lake: Lake;
  /** The leases of the consumers. */
  readonly readLeases: () => Promise<readonly ShardLease[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly config: CheckWindowConfig;
}

/** Whether the window of a run is closed. */
export type CheckedWindow = {
  readonly window: IsoWindow;
  /** Whether the run is to train even though a gate is not passed. */
  readonly force: boolean;
} & (
  | {
      readonly status: 'closed';
      /** Rows that arrived before it are trained on, ISO 8601, UTC. */
      readonly cutoff: string;
      /** Counts the closings of the window, from 1 on. */
      readonly revision: number;
      /** `s3://` URI of the document that says so. */
      readonly closingUri: string;
    }
  | {
      /** 'open': it is worth to ask again. 'overdue': the execution has waited for as long as it may. */
      readonly status: 'open' | 'overdue';
      /** Why it is not closed, for a person. */
      readonly reason: string;
      /** For how long the execution has waited. */
      readonly waitedSeconds: number;
    }
);

/**
 * Decides whether the window of a run is closed: whether everything that arrived at the stream up to its end and the allowed lateness has
 * been delivered, as the consumers' own leases prove. The first time that it is, the window gets its cutoff, for ever: a run that is
 * repeated, or that starts later, trains on the very same rows. What arrives after the cutoff is in the next window that covers its
 * event time, or in a revision, which closes the window once more.
 *
 * @throws TrainingError TrainingInputInvalid when a closing cannot be read
 */
export async function checkWindow(props: CheckWindowProps, event: CheckWindowEvent): Promise<CheckedWindow> {
  const { config, lake, now, readLeases } = props;
  const { executionName, input, startedAt } = event;
  const window = windowOf(config, event);
  const documents = new ClosingDocuments(lake, config.trainingSetPrefix, window);
  const latest = await documents.latest();
  // An execution that asks for a revision closes the window once, however often it is asked.
  if (latest !== undefined && (!input.revision || latest.closing.executionName === executionName)) {
    return closedBy(latest, window, input.force);
  }
  const requiredMs = window.end + config.allowedLatenessSeconds * 1000;
  const leases = await readLeases();
  const closing = windowClosing(leases, requiredMs);
  if (!closing.closed) {
    const waitedSeconds = Math.max(0, Math.round((now() - startedAt) / 1000));
    return {
      status: waitedSeconds >= config.windowLimitSeconds ? 'overdue' : 'open',
      reason: `the window is closed once everything is delivered that arrived before ${new Date(requiredMs).toISOString()}: ${closing.reasons.join('; ')}`,
      waitedSeconds,
      window: isoWindow(window),
      force: input.force,
    };
  }
  const stored = await documents.write({
    version: 1,
    domain: config.domain.name,
    window: isoWindow(window),
    cutoff: new Date(closing.cutoffMs).toISOString(),
    revision: (latest?.closing.revision ?? 0) + 1,
    closedAt: new Date(now()).toISOString(),
    allowedLatenessSeconds: config.allowedLatenessSeconds,
    executionName,
    ...(input.requestedBy !== undefined && { requestedBy: input.requestedBy }),
    watermarks: watermarksOf(leases),
  });
  return closedBy(stored, window, input.force);
}

function windowOf(config: CheckWindowConfig, { input: { asksFor } }: CheckWindowEvent): TimeWindow {
  const { windowDays } = config.domain.trainingSet;
  return 'window' in asksFor
    ? asksFor.window
    : latestWindow({ ...config, ...asksFor, ...(windowDays !== undefined && { windowDays }) });
}

function closedBy({ closing, uri }: StoredClosing, window: TimeWindow, force: boolean): CheckedWindow {
  return {
    status: 'closed',
    window: isoWindow(window),
    cutoff: closing.cutoff,
    revision: closing.revision,
    closingUri: uri,
    force,
  };
}
