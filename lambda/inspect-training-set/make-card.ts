import type { Domain } from '../../core/domain';
import { driftBetween } from '../../core/evaluation/drift';
import { trainingErrors } from '../../core/training-error';
import type { ColumnCard, DataCard, FeatureCard, LabelCard, SplitCard } from '../shared/data-card';
import { uriOf, type Lake } from '../shared/lake';
import { lakeKey } from '../shared/lake-uri';
import { TrainingError } from '../shared/training-error';
import type { TrainingPlan } from '../shared/training-plan';
import { readCounts, readInputCounts, type InputCounts } from './query-results';
import type { FoundReference } from './reference';
import { summarize, type TrainingSetSummary } from './summarize';
import { openTrainingSet, type TrainingSetFiles } from './training-set-files';

/** All of a card but what depends on who looks at it, and when. */
export type Facts = Omit<DataCard, 'gates' | 'generatedAt'>;

/**
 * Reads a training set, and what its queries counted.
 *
 * @throws TrainingError TrainingSetEmpty, or TrainingSetMismatch when files are not as they should be: other columns, other rows than were
 *   counted, a label that is no class
 */
export async function gatherFacts(lake: Lake, domain: Domain, plan: TrainingPlan, reference: FoundReference): Promise<Facts> {
  const { trainingSet } = domain;
  const isBinary = trainingSet.hyperparameters['objective']?.startsWith('binary:') === true;
  const key = (uri: string): string => lakeKey(lake.bucket, uri);
  const prefix = key(plan.examplesPrefix);
  const files = await openTrainingSet(lake, trainingSet, prefix);
  const counts = await readCounts(lake, key(plan.countsPrefix), isBinary);
  const splits = checkedSplits(files, counts, uriOf(lake, prefix));
  const inputs = await readInputCounts(lake, key(plan.inputsPrefix));
  const known = new Map(reference.card?.features.map((feature) => [feature.name, feature]));
  const edges = new Map([...known].map(([name, feature]) => [name, feature.edges]));
  const summary = await summarize(files, trainingSet, edges);
  const ages = new Set(trainingSet.ages);
  return {
    version: 1,
    jobName: plan.jobName,
    domain: domain.name,
    doc: trainingSet.doc,
    window: plan.window,
    cutoff: plan.cutoff,
    revision: plan.revision,
    examplesPrefix: plan.examplesPrefix,
    files: { count: files.count, bytes: files.bytes },
    contentHash: summary.contentHash,
    label: labelCard(summary, isBinary),
    splits,
    inputs: inputCard(inputs),
    features: summary.features.map((feature) => featureCard(feature, ages, known.get(feature.name), summary)),
    reference: referenceOf(reference, trainingSet.features),
    ...(reference.card === undefined && { noReference: reference.why }),
  };
}

/** Both queries read the same rows, which nothing is added to: what they say must agree, or one of them has left a part of its files. */
function checkedSplits(
  { splits }: TrainingSetFiles,
  counts: ReadonlyMap<string, SplitCard>,
  uri: string,
): Readonly<Record<string, SplitCard>> {
  return Object.fromEntries(
    splits.map(({ rows, split }) => {
      const counted = counts.get(split) ?? { rows: 0, devices: 0 };
      if (counted.rows !== rows) {
        throw new TrainingError(
          trainingErrors.trainingSetMismatch,
          `${uri}: ${rows} rows of ${split} lie there, ${counted.rows} were counted: files are missing, or are not of this query`,
        );
      }
      return [split, counted];
    }),
  );
}

function labelCard({ label, labels }: TrainingSetSummary, isBinary: boolean): LabelCard {
  const splits = Object.fromEntries(
    [...labels].map(([split, { missing, unusable, values }]) => [split, { missing, unusable, ...(values && { range: values }) }]),
  );
  for (const [split, { values }] of labels) {
    if (isBinary && values !== undefined && (values.minimum < 0 || values.maximum > 1)) {
      throw new TrainingError(
        trainingErrors.trainingSetMismatch,
        `${label.name} in ${split} goes from ${values.minimum} to ${values.maximum}: of two classes, 0 and 1 are expected`,
      );
    }
  }
  return { ...label, kind: isBinary ? 'binary' : 'number', splits };
}

function inputCard({ quarantined, tables }: InputCounts): DataCard['inputs'] {
  const bad = Object.values(quarantined).reduce((sum, each) => sum + each, 0);
  const good = Object.values(tables).reduce((sum, { distinct }) => sum + distinct, 0);
  return { tables, quarantined, quarantinedShare: bad === 0 ? 0 : bad / (bad + good) };
}

function featureCard(
  feature: ColumnCard,
  ages: ReadonlySet<string>,
  before: FeatureCard | undefined,
  { byReference }: TrainingSetSummary,
): FeatureCard {
  const counts = byReference.get(feature.name);
  const drift =
    before === undefined || counts === undefined
      ? undefined
      : driftBetween(before, { edges: before.edges, counts, missing: feature.missing });
  return { ...feature, isAge: ages.has(feature.name), ...(drift !== undefined && { drift: drift.psi }) };
}

function referenceOf(reference: FoundReference, features: readonly string[]): DataCard['reference'] {
  if (reference.card === undefined) {
    return null;
  }
  const before = new Set(reference.card.features.map(({ name }) => name));
  const now = new Set(features);
  const notCompared = [...features.filter((name) => !before.has(name)), ...[...before].filter((name) => !now.has(name))];
  return { jobName: reference.card.jobName, modelVersion: reference.modelVersion, notCompared };
}
