import { z } from 'zod';
import {
  dataCard,
  evaluationDocument,
  workflowOutput,
  type Evaluation,
  type EvaluationDocument,
  type Gate,
  type ReadDocument,
  type SplitRows,
  type WorkflowOutput,
} from './documents';

/** How a run of the training workflow can end, beside failing. */
export type TrainingEnd = 'approved' | 'awaits-approval' | 'rejected' | 'held-back' | 'nothing-to-train';

/** What became of a run of the training workflow, by the documents that it wrote. */
export interface TrainingOutcome {
  readonly end: TrainingEnd;
  /** Why, for a person. */
  readonly reason: string;
  /** Event time that was trained on, ISO 8601, UTC: start inclusive, end exclusive. */
  readonly window: { readonly start: string; readonly end: string };
  /** Rows that arrived before it are trained on, ISO 8601, UTC. */
  readonly cutoff: string;
  /** Counts the closings of the window, from 1 on. */
  readonly revision: number;
  /** @default - there was nothing to train */
  readonly trainingSet?: {
    /** By split: `train`, `validation`, and those that the model is judged on. */
    readonly splits: Readonly<Record<string, SplitRows>>;
    readonly gates: readonly Gate[];
    /** Whether a gate was not passed, and a person has forced the run. */
    readonly forced: boolean;
    /** The same rows have the same hash. */
    readonly contentHash: string;
    /** Where the data card lies: its JSON, and the same as a page. */
    readonly dataCard: string;
    readonly dataCardPage: string;
  };
  /** @default - the run was held back */
  readonly job?: TrainedJob;
  /** @default - nothing was trained */
  readonly judgement?: {
    readonly metric: EvaluationDocument['metric'];
    readonly verdict: EvaluationDocument['verdict'];
    readonly rows: number;
    readonly candidate?: Evaluation;
    readonly baseline?: Evaluation;
    /** The model in use. @default - there is none */
    readonly current?: { readonly version: number; readonly evaluation?: Evaluation; readonly notCompared?: string };
    /** Where all figures lie, those of each split among them. */
    readonly document: string;
  };
  /** @default - nothing was trained */
  readonly modelPackage?: {
    readonly arn: string;
    readonly version: number;
    readonly approval: string;
    /** False when an earlier run had registered it. */
    readonly created: boolean;
  };
}

export interface TrainedJob {
  /** That of the attempt. */
  readonly name: string;
  readonly attempt: number;
  /** False when an earlier run had started it. */
  readonly started: boolean;
  /** Completed: a run goes no further otherwise. */
  readonly status: string;
  readonly spot: boolean;
  /** What the job reported, by the name in SageMaker: `validation:auc`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Where the model archive lies. */
  readonly model: string;
  /** What a tuning job has found. @default - the domain's hyperparameters were taken as they are */
  readonly tuned?: { readonly tuningJobName: string; readonly hyperparameters: Readonly<Record<string, string>> };
  /** By what the day's budget was exceeded, when a person has forced the run. @default - it was not */
  readonly overBudget?: string;
}

/** What an execution gave is not what this version of the project expects of one. */
export class OutcomeError extends Error {
  override readonly name = 'OutcomeError';
  readonly code = 'OutcomeNotUnderstood';
}

const ends: Readonly<Record<string, TrainingEnd>> = {
  Approved: 'approved',
  PendingManualApproval: 'awaits-approval',
  Rejected: 'rejected',
};

/**
 * Reads what became of an execution that succeeded.
 *
 * @param output what the execution gave
 * @param place what is told of an `s3://` URI: a path on this machine, or the URI itself
 * @throws OutcomeError when the output or a document that it names is of another kind, or not there
 */
export async function readOutcome(
  output: unknown,
  documents: ReadDocument,
  place: (uri: string) => string,
): Promise<TrainingOutcome> {
  const given = parsed(workflowOutput, output, 'the output of the training workflow');
  const { registered, verdict, window } = given;
  const read = async <T>(schema: z.ZodType<T>, uri: string): Promise<T> => parsed(schema, await documents(uri), uri);
  const { dataCardPageUri, dataCardUri } = given.plan;
  const card = given.card === undefined || dataCardUri === undefined ? undefined : await read(dataCard, dataCardUri);
  const evaluation = verdict === undefined ? undefined : await read(evaluationDocument, verdict.evaluationUri);
  return {
    end: endOf(given),
    reason: reasonOf(given, evaluation),
    window: window.window,
    cutoff: window.cutoff,
    revision: window.revision,
    ...(card !== undefined && {
      trainingSet: {
        ...card,
        forced: given.card?.forced ?? false,
        dataCard: place(dataCardUri ?? ''),
        dataCardPage: place(dataCardPageUri ?? ''),
      },
    }),
    ...jobOf(given, place),
    ...(evaluation !== undefined && { judgement: judgementOf(evaluation, place(verdict?.evaluationUri ?? '')) }),
    ...(registered !== undefined && {
      modelPackage: {
        arn: registered.modelPackageArn,
        version: registered.version,
        approval: registered.approval,
        created: registered.created,
      },
    }),
  };
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new OutcomeError(`${what} is not as expected: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`, {
      cause: result.error,
    });
  }
  return result.data;
}

function endOf({ plan, registered }: WorkflowOutput): TrainingEnd {
  if (plan.status === 'nothing-to-train') {
    return 'nothing-to-train';
  }
  const end = registered === undefined ? 'held-back' : ends[registered.approval];
  if (end === undefined) {
    throw new OutcomeError(`the model is registered as ${registered?.approval}, which is no approval`);
  }
  return end;
}

function reasonOf({ card, failure, plan }: WorkflowOutput, evaluation: EvaluationDocument | undefined): string {
  return evaluation?.reason ?? failure?.Cause ?? card?.reason ?? plan.reason ?? '';
}

function jobOf({ plan, record, started }: WorkflowOutput, place: (uri: string) => string): { readonly job?: TrainedJob } {
  if (started === undefined || record === undefined) {
    return {};
  }
  const { metrics, modelUri, spot, status, tuned } = record;
  return {
    job: {
      name: started.jobName,
      attempt: attemptOf(started.jobName, plan.jobName ?? ''),
      started: started.started,
      status,
      spot,
      metrics,
      model: modelUri === undefined ? '' : place(modelUri),
      ...(tuned !== undefined && { tuned }),
      ...(started.overBudget !== undefined && { overBudget: started.overBudget }),
    },
  };
}

/** The first attempt has the plan's name, the others have their number behind it. */
function attemptOf(jobName: string, planned: string): number {
  return jobName === planned ? 1 : Number(jobName.slice(planned.length + 1));
}

function judgementOf(
  { current, metric, overall, verdict }: EvaluationDocument,
  document: string,
): NonNullable<TrainingOutcome['judgement']> {
  return {
    metric,
    verdict,
    rows: overall.candidate?.rows ?? 0,
    ...(overall.candidate !== undefined && { candidate: overall.candidate }),
    ...(overall.baseline !== undefined && { baseline: overall.baseline }),
    ...(current !== null && {
      current: {
        version: current.version,
        ...(overall.current !== undefined && { evaluation: overall.current }),
        ...(current.notCompared !== undefined && { notCompared: current.notCompared }),
      },
    }),
    document,
  };
}
