import type { Stack } from 'aws-cdk-lib';
import { runStateMachine, type Execution } from '../../../local/aws/step-functions/run-state-machine';
import { TaskError } from '../../../local/aws/step-functions/task-handler';
import { buildFixture, onlyOne } from '../build-fixture';
import { readable } from '../policy';

export const pipeline = 'iot-to-model-dev-fixture';

/**
 * The definition of a workflow in a stack's template, with names in place of references.
 * @param id what its logical id starts with. @default - there is only one
 */
export function definitionOf(stack: Stack = buildFixture().training, id = ''): Readonly<Record<string, unknown>> {
  const { DefinitionString } = onlyOne(stack, 'AWS::StepFunctions::StateMachine', id) as { DefinitionString: unknown };
  const text = readable(DefinitionString)
    .replaceAll('${AWS::Partition}', 'aws')
    .replace(/\$\{(\w+)Function[0-9A-F]{8}\.Arn\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:$1');
  return JSON.parse(text) as Record<string, unknown>;
}

const jobName = 'iot-to-model-dev-fixture-20261120-10-0123456789ab';
const examples = `s3://lake/training-sets/${jobName}/execution-1/examples/`;

export const closed = {
  status: 'closed',
  window: { start: '2026-11-13T10:00:00.000Z', end: '2026-11-20T10:00:00.000Z' },
  force: false,
  cutoff: '2026-11-20T10:11:00.000Z',
  revision: 1,
  closingUri: 's3://lake/training-sets/windows/w/closing-1.json',
};
export const open = { status: 'open', window: closed.window, force: false, reason: 'shard 0 is at 10:00', waitedSeconds: 60 };
export const plan = {
  status: 'ready',
  jobName,
  window: closed.window,
  cutoff: closed.cutoff,
  revision: 1,
  examplesPrefix: examples,
  channels: { train: `${examples}split=train/`, validation: `${examples}split=validation/` },
  tests: ['test_devices'],
  statements: { examples: 'UNLOAD examples', counts: 'UNLOAD counts', inputs: 'UNLOAD inputs' },
  manifestUri: 's3://lake/manifest.json',
  dataCardUri: 's3://lake/data-card.json',
};
export const card = {
  status: 'passed',
  forced: false,
  reason: 'all 6 gates passed',
  rows: { train: 800, validation: 200, test_devices: 100 },
  contentHash: '5f3a',
  dataCardUri: 's3://lake/data-card.json',
  dataCardPageUri: 's3://lake/data-card.html',
};
export const started = { jobName, started: true, onDemand: false, rows: card.rows };
export const record = { jobName, outcome: 'trained', status: 'Completed', modelUri: 's3://lake/models/model.tar.gz' };
export const verdict = {
  verdict: 'better',
  approval: 'Approved',
  reason: 'It is better: 0.8 rather than 0.7.',
  metric: 'averagePrecision',
  candidate: 0.8,
  baseline: null,
  evaluationUri: 's3://lake/models/evaluation.json',
};
export const registered = { modelPackageArn: 'arn:package/7', version: 7, approval: 'Approved', created: true };

/** How a step answers, each time that it is asked; the last answer holds. An Error is what it fails by. */
export type Answers = Readonly<Record<string, unknown>>;

/** How a run goes that nothing holds up. */
export const usual: Answers = {
  CheckWindow: closed,
  PlanTraining: plan,
  InspectTrainingSet: card,
  StartTraining: started,
  DescribeTrainingJob: { TrainingJobName: jobName, TrainingJobStatus: 'Completed', SecondaryStatus: 'any' },
  RecordModel: record,
  JudgeModel: verdict,
  RegisterModel: registered,
};

/** What a function threw, as Lambda hands it to Step Functions. */
export function thrown(errorType: string, errorMessage: string): TaskError {
  return new TaskError(errorType, JSON.stringify({ errorType, errorMessage, trace: ['at …'] }));
}

export interface Told {
  readonly subject?: string;
  readonly message?: string;
  readonly detailType?: string;
  readonly source?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface WorkflowRun {
  readonly execution: Execution;
  /** The steps that were called, in order, without those that tell. */
  readonly steps: readonly string[];
  /** What each step was called with last. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What was published and put, in order. */
  readonly told: readonly Told[];
  /** The states that the execution passed, in order. */
  readonly states: readonly string[];
  /** How long each Wait was to be, in seconds. */
  readonly waits: readonly (readonly [string, number])[];
}

/**
 * Runs a workflow as the local machine does, with these answers.
 * @param otherwise what a step answers that has none of these
 */
export async function runWorkflow(
  definition: Readonly<Record<string, unknown>>,
  answers: Readonly<Record<string, readonly unknown[]>> = {},
  input: unknown = { scheduledTime: '2026-11-20T10:30:00Z' },
  otherwise: Answers = usual,
): Promise<WorkflowRun> {
  const steps: string[] = [];
  const inputs: Record<string, unknown> = {};
  const told: Told[] = [];
  const asked = new Map<string, number>();
  const waits = new Set<readonly [string, number]>();
  const answerOf = (state: string): unknown => {
    const count = asked.get(state) ?? 0;
    asked.set(state, count + 1);
    const given = answers[state];
    return given === undefined ? (otherwise[state] ?? {}) : given[Math.min(count, given.length - 1)];
  };
  const execution = await runStateMachine({
    definition,
    name: pipeline,
    input,
    executionName: 'execution-1',
    startTime: new Date('2026-11-20T10:30:05Z'),
    resources:
      () =>
      async (given, { state }) => {
        if (/^(?:TellOf|Announce)/.test(state)) {
          told.push(toldBy(given));
        } else {
          steps.push(state);
          inputs[state] = given;
        }
        const answer = answerOf(state);
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
    waitMs: (seconds, state) => {
      waits.add([state, seconds]);
      return 0;
    },
  });
  return { execution, steps, inputs, told, states: execution.history.map(({ state }) => state), waits: [...waits] };
}

function toldBy(input: unknown): Told {
  const { Subject, Message, Entries } = input as {
    readonly Subject?: string;
    readonly Message?: string;
    readonly Entries?: readonly { readonly Source: string; readonly DetailType: string; readonly Detail: Told['detail'] }[];
  };
  const [entry] = Entries ?? [];
  return entry === undefined
    ? { ...(Subject !== undefined && { subject: Subject }), ...(Message !== undefined && { message: Message }) }
    : {
        source: entry.Source,
        detailType: entry.DetailType,
        ...(entry.Detail !== undefined && { detail: entry.Detail }),
      };
}
