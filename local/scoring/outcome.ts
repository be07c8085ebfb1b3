import { z } from 'zod';
import { StageError } from '../run/stage-error';

/** What a run of the scoring workflow came to. */
export type ScoringOutcome =
  | { readonly end: 'batch-scored'; readonly batch: ScoredBatch }
  | {
      readonly end: 'nothing-to-score';
      /** Why, for a person. */
      readonly reason: string;
    };

/** A batch that is done: see lambda/finish-scoring. */
export interface ScoredBatch {
  readonly id: string;
  /** Arrival at the stream, ISO 8601, UTC: inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly cutoff: string;
  readonly rows: number;
  readonly files: number;
  /** The training job that made the model. */
  readonly model: string;
  readonly modelVersion: number;
}

// What is read of the machine's output; lambda/ says what all of it means.
const output = z.object({
  plan: z.object({ status: z.string(), reason: z.string().optional() }),
  finished: z
    .object({
      batchId: z.string(),
      from: z.string(),
      cutoff: z.string(),
      rows: z.number(),
      files: z.number(),
      modelJobName: z.string(),
      modelVersion: z.number(),
    })
    .optional(),
});

/** Reads what an execution of the scoring workflow gave. @throws StageError when it is something else */
export function readScoringOutcome(given: unknown): ScoringOutcome {
  const { data } = output.safeParse(given);
  if (data === undefined) {
    throw new StageError('the scoring workflow gave something that is not understood');
  }
  const { finished, plan } = data;
  if (finished === undefined) {
    return { end: 'nothing-to-score', reason: plan.reason ?? plan.status };
  }
  const { batchId, modelJobName, ...rest } = finished;
  return { end: 'batch-scored', batch: { ...rest, id: batchId, model: modelJobName } };
}
