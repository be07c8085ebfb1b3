import { count, percent } from '../run/numbers';
import { columnsLine, rowLine, textLine } from '../run/table-lines';
import type { Evaluation, Gate } from './documents';
import type { TrainedJob, TrainingEnd, TrainingOutcome } from './outcome';

type TrainingSet = NonNullable<TrainingOutcome['trainingSet']>;
type Judgement = NonNullable<TrainingOutcome['judgement']>;

/** What a run came to, in a few words. */
export const endTexts: Readonly<Record<TrainingEnd, string>> = {
  approved: 'model approved',
  'awaits-approval': 'model awaits approval',
  rejected: 'model rejected',
  'held-back': 'held back',
  'nothing-to-train': 'nothing to train',
};

/** What became of a training run, as a person reads it; `path` shortens a path. */
export function outcomeLines(outcome: TrainingOutcome, path: (target: string) => string): readonly string[] {
  const { cutoff, end, job, judgement, modelPackage, reason, revision, trainingSet, window } = outcome;
  return [
    'Training set',
    textLine('window', `${time(window.start)} to ${time(window.end)} UTC, event time`),
    textLine('cutoff', `${time(cutoff)} UTC, arrival${revision === 1 ? '' : `; closed for the ${ordinal(revision)} time`}`),
    ...(trainingSet === undefined ? [] : trainingSetLines(trainingSet, path)),
    '',
    'Model',
    ...(job === undefined ? [] : jobLines(job)),
    ...(judgement === undefined ? [] : judgementLines(judgement)),
    ...(modelPackage === undefined
      ? []
      : [
          rowLine(
            'package version',
            String(modelPackage.version),
            `${modelPackage.approval}${modelPackage.created ? '' : ', as it was registered before'}`,
          ),
        ]),
    ...(job === undefined ? [] : [textLine('model', path(job.model))]),
    ...wrapped(endTexts[end], end === 'held-back' ? heldBy(outcome) : reason),
  ];
}

/** Why a run was held back, in short: the names of the gates, whose numbers are with the training set; or what the budget says. */
export function heldBy({ reason, trainingSet }: TrainingOutcome): string {
  const failed = trainingSet?.gates.filter(({ passed }) => !passed) ?? [];
  return failed.length === 0 ? reason : `by ${failed.map(({ name }) => name).join(' and ')}`;
}

function trainingSetLines(
  { dataCardPage, forced, gates, splits }: TrainingSet,
  path: (target: string) => string,
): readonly string[] {
  const failed = gates.filter(({ passed }) => !passed);
  const state = failed.length === 0 ? 'all passed' : `${failed.length} not passed${forced ? ', and the run was forced' : ''}`;
  return [
    ...Object.entries(splits).map(([split, { devices, positives, rows }]) =>
      rowLine(
        split.replace('_', ' '),
        `${count(rows)} rows`,
        `${count(devices)} devices${positives === undefined ? '' : `, ${count(positives)} positive`}${splitTexts[split] ?? ''}`,
      ),
    ),
    rowLine('gates', `${gates.length - failed.length} of ${gates.length}`, state),
    ...failed.flatMap(gateLines),
    textLine('data card', path(dataCardPage)),
  ];
}

const splitTexts: Readonly<Record<string, string>> = {
  train: '',
  validation: ': when to stop',
  test_devices: ': never trained on',
  test_time: ': later than all that is trained on',
};

function gateLines({ detail, name }: Gate): readonly string[] {
  return wrapped(`  ${name}`, detail);
}

function jobLines({ attempt, name, overBudget, spot, started, status, tuned }: TrainedJob): readonly string[] {
  const notes = [
    name,
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
    spot ? 'spot capacity' : 'capacity on demand',
    ...(started ? [] : ['trained before']),
    ...(overBudget === undefined ? [] : [`forced: ${overBudget}`]),
  ];
  return [...(tuned === undefined ? [] : tuningLines(tuned)), rowLine('training job', status, notes.join(', '))];
}

/** Digits of a hyperparameter that are shown; the model's record has all of them. */
const shownDigits = 3;

function tuningLines({ hyperparameters, tuningJobName }: NonNullable<TrainedJob['tuned']>): readonly string[] {
  const values = Object.entries(hyperparameters).map(
    ([name, value]) => `${name} ${Number(Number(value).toPrecision(shownDigits))}`,
  );
  return wrapped('tuning job', `${tuningJobName}: ${values.join(', ')}`);
}

function judgementLines({ candidate, baseline, current, rows }: Judgement): readonly string[] {
  const inUse = current?.evaluation;
  const contestants = [candidate, ...(inUse === undefined ? [] : [inUse]), baseline];
  const figures = figuresOf(candidate);
  const positives = candidate?.positives === undefined ? '' : `, ${count(candidate.positives)} positive`;
  return [
    columnsLine('', ['this model', ...(inUse === undefined ? [] : [`version ${current?.version}`]), 'baseline']),
    ...figures.map(({ key, name }, index) => {
      const line = columnsLine(
        name,
        contestants.map((each) => figure(each?.[key])),
      );
      return index === 0 ? `${line}  on ${count(rows)} test rows${positives}` : line;
    }),
    ...(current?.notCompared === undefined
      ? []
      : wrapped(`version ${current.version} in use`, `not compared: ${current.notCompared}`)),
  ];
}

type FigureKey = 'averagePrecision' | 'recallAtBudget' | 'precisionAtBudget' | 'rmse' | 'mae';

/** The figures that are shown, the one that decides first. */
function figuresOf(evaluation: Evaluation | undefined): readonly { readonly key: FigureKey; readonly name: string }[] {
  if (evaluation?.kind === 'regression') {
    return [
      { key: 'rmse', name: 'RMSE' },
      { key: 'mae', name: 'mean absolute error' },
    ];
  }
  const budget = evaluation?.budget === undefined ? 'the budget' : percent(evaluation.budget);
  return [
    { key: 'averagePrecision', name: 'average precision' },
    { key: 'recallAtBudget', name: `recall at ${budget}` },
    { key: 'precisionAtBudget', name: `precision at ${budget}` },
  ];
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toPrecision(4);
}

/** Longest line of text, in characters. */
const lineLength = 110;

/** A sentence behind a name, on as many lines as it takes. */
function wrapped(name: string, text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!%)/)) {
    if (line !== '' && line.length + word.length > lineLength - textLine('', '').length) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each, index) => textLine(index === 0 ? name : '', each));
}

/** 2026-11-20T01:00:00.000Z → 2026-11-20 01:00:00 */
function time(iso: string): string {
  return iso.replace('T', ' ').replace(/(?::00)?(?:\.000)?Z$/, '');
}

function ordinal(value: number): string {
  return ['first', 'second', 'third'][value - 1] ?? `${value}th`;
}
