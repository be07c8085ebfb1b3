import type { Domain } from '../../core/domain';
import { scoringSelect, unloadStatement } from '../../core/training-set';
import { windowClosing, type ShardLease } from '../../core/window-closing';
import { findDocument, writeOnce } from '../shared/document';
import { uriOf, type Lake } from '../shared/lake';
import type { ModelRegistry } from '../shared/model-registry';
import { batchId, placesOf, readScoringBatch, type ScoringBatch } from '../shared/scoring-batch';
import { usableModel } from '../shared/usable-model';
import { begin, findProgress, type Progress } from './progress';

const hourMs = 3_600_000;

/** A batch spans this much arrival time at most: after a pause, what was missed is caught up with in pieces that a query can bear. */
export const longestBatchMs = 24 * hourMs;

/** What the function is configured with. */
export interface PlanScoringConfig {
  readonly domain: Pick<Domain, 'name' | 'trainingSet'>;
  /** Ends in a slash. */
  readonly scoringPrefix: string;
  /** How far back the first batch reaches, in hours. */
  readonly backfillHours: number;
}

/** What the function works with. */
export interface PlanScoringProps {
  readonly lake: Lake;
  readonly registry: Pick<ModelRegistry, 'group' | 'versions'>;
  /** The leases of the consumers. */
  readonly readLeases: () => Promise<readonly ShardLease[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly config: PlanScoringConfig;
}

/** What is to be scored. */
export type PlannedScoring = {
  /** For how long the oldest row that is not scored has been there, in seconds, at most. @default - no model was ever in use */
  readonly unscoredSeconds?: number;
} & (
  | {
      readonly status: 'ready';
      readonly batch: ScoringBatch;
      /** Whether the rows of the batch are there already, from an execution that was broken off. */
      readonly unloaded: boolean;
      /** The Athena statement that writes them. */
      readonly statement: string;
      /** `s3://` prefix under which it does, ending in a slash: of this execution alone. */
      readonly rowsPrefix: string;
    }
  | {
      readonly status: 'nothing-to-score';
      /** Why, for a person. */
      readonly reason: string;
    }
);

/**
 * Decides which rows are scored next, and with which model: a batch that was begun and is not done, or else the rows that arrived since
 * the last one, as far as the consumers' leases prove that all of them are delivered. Each row that arrives is in one batch.
 *
 * @param executionName of the state machine's execution
 * @throws TrainingError TrainingInputInvalid when what is known of a batch cannot be read
 */
export async function planScoring(props: PlanScoringProps, executionName: string): Promise<PlannedScoring> {
  const { config, lake, now } = props;
  const progress = await findProgress(lake, config.scoringPrefix);
  if (progress.kind === 'pending') {
    return ready(props, progress.batch, executionName);
  }
  const unscored = progress.kind === 'scored' ? { unscoredSeconds: secondsSince(progress.until, now()) } : {};
  const nothing = (reason: string): PlannedScoring => ({ status: 'nothing-to-score', reason, ...unscored });
  const usable = await usableModel(props.registry, config.domain);
  if ('reason' in usable) {
    return nothing(usable.reason);
  }
  const closing = windowClosing(await props.readLeases(), progress.kind === 'scored' ? progress.until + 1 : 0);
  if (!closing.closed) {
    return nothing(`it is not known that anything new has been delivered: ${closing.reasons.join('; ')}`);
  }
  const from = await startOf(props, progress, closing.cutoffMs);
  const cutoff = Math.min(closing.cutoffMs, from + longestBatchMs);
  if (cutoff <= from) {
    return nothing('another execution has begun the first batch in the meantime');
  }
  const batch: ScoringBatch = {
    id: batchId(from),
    from: new Date(from).toISOString(),
    cutoff: new Date(cutoff).toISOString(),
    plannedAt: new Date(now()).toISOString(),
    model: usable.model,
  };
  // Somebody else may have begun the same batch in the meantime: then theirs holds.
  const document = { version: 1, domain: config.domain.name, ...batch, executionName };
  const written = await writeOnce(lake, placesOf(config.scoringPrefix, batch.id).batch, document);
  return ready(props, readScoringBatch(written), executionName);
}

async function startOf({ config, lake }: PlanScoringProps, progress: Progress, cutoff: number): Promise<number> {
  return progress.kind === 'scored'
    ? progress.until
    : begin(lake, config.scoringPrefix, Math.max(0, cutoff - config.backfillHours * hourMs));
}

async function ready(props: PlanScoringProps, batch: ScoringBatch, executionName: string): Promise<PlannedScoring> {
  const { config, lake, now } = props;
  const { rows, unload } = placesOf(config.scoringPrefix, batch.id);
  const rowsPrefix = uriOf(lake, unload(executionName));
  const scope = { arrivedFrom: Date.parse(batch.from), arrivedBefore: Date.parse(batch.cutoff) };
  return {
    status: 'ready',
    batch,
    unloaded: (await findDocument(lake, rows)) !== undefined,
    statement: unloadStatement(scoringSelect(config.domain.trainingSet, scope), rowsPrefix),
    rowsPrefix,
    unscoredSeconds: secondsSince(scope.arrivedFrom, now()),
  };
}

function secondsSince(time: number, now: number): number {
  return Math.max(0, Math.round((now - time) / 1000));
}
