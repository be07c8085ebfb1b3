import {
  countsSelect,
  examplesSelect,
  inputsSelect,
  splitFolder,
  splitsOf,
  unloadStatement,
  type ExampleScope,
} from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import { isoWindow } from '../shared/iso-window';
import { uriOf } from '../shared/lake';
import { TrainingError } from '../shared/training-error';
import { testSplits, type TrainingPlan } from '../shared/training-plan';
import { builtExamples } from './built';
import { InputsOfClosing, type ClosingInputsProps } from './closing-inputs';
import type { PlanTrainingEvent } from './event';
import { jobNameOf } from './job-name';
import { manifestOf } from './manifest';

/** What the function works with, and is configured with. */
export interface PlanTrainingProps extends ClosingInputsProps {
  readonly jobNamePrefix: string;
  /** What tells this version of the code from any other. */
  readonly codeVersion: string;
  /** URI of the image that trains. */
  readonly trainingImage: string;
  /** Training jobs by which hyperparameters are searched for. @default - none are */
  readonly tuningJobs?: number;
  /** A row that arrives later after its event time is counted as late. */
  readonly allowedLatenessSeconds: number;
}

/** What the function answers. */
export type PlannedTraining =
  | (TrainingPlan & { readonly statements: Statements })
  | {
      readonly status: 'nothing-to-train';
      /** Why, for a person. */
      readonly reason: string;
    };

/** The Athena statements that write the examples, their counts by split, and the counts of what they are made from. */
export type Statements = Readonly<Record<'examples' | 'counts' | 'inputs', string>>;

/** A state of Step Functions holds 256 KiB, the answers of later states among them; Athena takes statements of the same size. */
const maxPlanBytes = 128 * 1024;

/**
 * Pins what a closed window is made from, once and for ever, and decides by it what the training job is called: the same window, cutoff,
 * objects and code give the same name. Writes the list of the objects, and the manifest. Doing it twice changes nothing.
 *
 * @throws TrainingError TrainingInputsChanged or TrainingInputUnreadable naming objects; TrainingInputInvalid for a window that the
 *   domain's hold-out leaves nothing of, and for a plan that is too large
 */
export async function planTraining(props: PlanTrainingProps, event: PlanTrainingEvent): Promise<PlannedTraining> {
  const { domain, lake, trainingSetPrefix } = props;
  const closing = new InputsOfClosing(props, event);
  const known = await closing.known();
  const inputs = known ?? (await closing.pin());
  if (inputs === undefined) {
    return { status: 'nothing-to-train', reason: `no objects ${closing.places}` };
  }
  const scope: ExampleScope = {
    window: event.window,
    arrivedBefore: event.cutoff,
    deliveredBefore: Date.parse(inputs.document.pinnedAt),
  };
  const statements = selectsOf(props, scope);
  const manifest = manifestOf({ ...props, scope, inputs, examples: statements.examples });
  const jobName = jobNameOf(props.jobNamePrefix, event.window, manifest.hash);
  const folder = `${trainingSetPrefix}${jobName}/`;
  const built = await builtExamples(lake, `${folder}data-card.json`);
  if (known !== undefined && built === undefined) {
    await closing.check(known);
  }
  // Names of executions may hold characters that neither an S3 prefix nor an SQL text should.
  const execution = event.executionName.replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  const place = built?.replace(/examples\/$/, '') ?? uriOf(lake, `${folder}${execution}/`);
  const plan = {
    status: built === undefined ? 'ready' : 'built',
    jobName,
    window: isoWindow(event.window),
    cutoff: inputs.document.cutoff,
    revision: event.revision,
    ...placesIn(place),
    tests: testSplits.filter((split) => splitsOf(domain.trainingSet.holdOut).includes(split)),
    manifestUri: uriOf(lake, `${folder}manifest.json`),
    manifestHash: manifest.hash,
    dataCardUri: uriOf(lake, `${folder}data-card.json`),
    dataCardPageUri: uriOf(lake, `${folder}data-card.html`),
  } as const satisfies TrainingPlan;
  const planned = { ...plan, statements: unloadsOf(statements, plan) };
  const bytes = Buffer.byteLength(JSON.stringify(planned));
  if (bytes > maxPlanBytes) {
    throw invalid(`the plan takes ${bytes} bytes, ${maxPlanBytes} are allowed: shorten the SQL`);
  }
  await lake.writeJson(`${folder}manifest.json`, manifest.text);
  return planned;
}

/** Where the statements write: a folder each, in one of the execution's own, since UNLOAD wants an empty place. */
function placesIn(place: string): Pick<TrainingPlan, 'examplesPrefix' | 'channels' | 'countsPrefix' | 'inputsPrefix'> {
  const examplesPrefix = `${place}examples/`;
  return {
    examplesPrefix,
    channels: {
      train: `${examplesPrefix}${splitFolder('train')}`,
      validation: `${examplesPrefix}${splitFolder('validation')}`,
    },
    countsPrefix: `${place}counts/`,
    inputsPrefix: `${place}inputs/`,
  };
}

/** @throws TrainingError TrainingInputInvalid when the window is too short for the hold-out */
function selectsOf({ allowedLatenessSeconds, domain }: PlanTrainingProps, scope: ExampleScope): Statements {
  const counted = { tables: Object.keys(domain.tables), aheadMs: domain.clock.aheadMs };
  try {
    return {
      examples: examplesSelect(domain.trainingSet, scope),
      counts: countsSelect(domain.trainingSet, scope),
      inputs: inputsSelect(counted, scope, allowedLatenessSeconds),
    };
  } catch (error: unknown) {
    if (error instanceof RangeError) {
      throw new TrainingError(trainingErrors.invalidInput, error.message, { cause: error });
    }
    throw error;
  }
}

function unloadsOf(selects: Statements, { countsPrefix, examplesPrefix, inputsPrefix }: TrainingPlan): Statements {
  return {
    examples: unloadStatement(selects.examples, examplesPrefix, 'split'),
    counts: unloadStatement(selects.counts, countsPrefix),
    inputs: unloadStatement(selects.inputs, inputsPrefix),
  };
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
