import { channels, type Channel } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import { TrainingError } from './training-error';

/** What the plan function answers when a model can be trained; the start function takes it as its event. */
export interface ReadyPlan {
  readonly status: 'ready';
  /** Name of the training job: derived from what it is trained on, so that the same job starts once. */
  readonly jobName: string;
  /** The span of event time, ISO 8601, UTC: start inclusive, end exclusive. */
  readonly window: { readonly start: string; readonly end: string };
  /**
   * `s3://` prefix under which the statement writes the examples, a folder per split, ending in a slash. One per execution: UNLOAD wants
   * an empty place.
   */
  readonly examples: string;
  /** Of those folders the ones that the job is given, by channel. */
  readonly trainingSet: Readonly<Record<Channel, string>>;
  /** The Athena statement that writes the examples. */
  readonly statement: string;
  /** `s3://` URI of the list of everything that the model is made from. */
  readonly manifestUri: string;
  /** SHA-256 of the manifest, hexadecimal. */
  readonly manifestHash: string;
}

/** What the plan function answers when there is no data. */
export interface NothingToTrain {
  readonly status: 'nothing-to-train';
  /** Why, for a person. */
  readonly reason: string;
}

export type Plan = ReadyPlan | NothingToTrain;

/** Rows of the training set, by channel. */
export type RowCounts = Readonly<Record<Channel, number>>;

/** Checks that an event carries a plan. @throws TrainingError naming the member that is missing */
export function parsePlan(value: unknown): ReadyPlan {
  const plan = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (plan.status !== 'ready') {
    throw invalid(`a plan with status 'ready' is expected, not ${JSON.stringify(plan.status)}`);
  }
  for (const member of ['jobName', 'examples', 'statement', 'manifestUri', 'manifestHash']) {
    requireText(plan, member);
  }
  const window = (plan.window ?? {}) as Readonly<Record<string, unknown>>;
  ['start', 'end'].forEach((member) => requireText(window, member));
  const trainingSet = (plan.trainingSet ?? {}) as Readonly<Record<string, unknown>>;
  channels.forEach((channel) => requireText(trainingSet, channel));
  return value as ReadyPlan;
}

/** The text at `member`. @throws TrainingError when it is absent */
export function requireText(event: Readonly<Record<string, unknown>>, member: string): string {
  const value = event[member];
  if (typeof value !== 'string' || value === '') {
    throw invalid(`${member} is missing from the event`);
  }
  return value;
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
