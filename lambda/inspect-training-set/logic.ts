import type { Domain } from '../../core/domain';
import { parseDataCard, type DataCard } from '../shared/data-card';
import type { Lake } from '../shared/lake';
import { lakeKey } from '../shared/lake-uri';
import type { ModelRegistry } from '../shared/model-registry';
import type { TrainingPlan } from '../shared/training-plan';
import type { InspectTrainingSetEvent } from './event';
import { judgeGates, reasonOf, type GateLimits } from './gates';
import { gatherFacts, type Facts } from './make-card';
import { dataCardPage } from './page/data-card-page';
import { findReference, type FoundReference } from './reference';

/** What the function works with. */
export interface InspectTrainingSetProps {
  readonly lake: Lake;
  readonly registry: ModelRegistry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly domain: Domain;
  readonly gates: GateLimits;
}

/** What the function answers: the data card in short. */
export interface InspectedTrainingSet {
  /** 'held': a gate is not passed, and nobody has forced the run. */
  readonly status: 'passed' | 'held';
  /** Whether a gate is not passed, and the run goes on since a person has forced it. */
  readonly forced: boolean;
  /** What the gates say, for a person. */
  readonly reason: string;
  /** By split. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows to train on whose label is above 0. @default - the model predicts a number */
  readonly positives?: number;
  /** The others. @default - the model predicts a number */
  readonly negatives?: number;
  readonly contentHash: string;
  /** `s3://` URI. */
  readonly dataCardUri: string;
  /** `s3://` URI of the same as a page. */
  readonly dataCardPageUri: string;
}

/**
 * Looks at a training set before anybody pays for a job: writes what it is into a data card, and holds it to the gates. Doing it twice
 * changes nothing but the time in the card. A training set that was looked at before is not read again, unless another model is in use
 * since; the gates are judged anew, for their limits may have been changed.
 *
 * @throws TrainingError TrainingSetEmpty or TrainingSetMismatch
 */
export async function inspectTrainingSet(
  props: InspectTrainingSetProps,
  { force, plan }: InspectTrainingSetEvent,
): Promise<InspectedTrainingSet> {
  const { domain, gates: limits, lake, now, registry } = props;
  const reference = await findReference(lake, registry, plan.jobName);
  const facts = (await knownFacts(lake, plan, reference)) ?? (await gatherFacts(lake, domain, plan, reference));
  const gates = judgeGates(facts, limits);
  const card: DataCard = { ...facts, generatedAt: new Date(now()).toISOString(), gates };
  await lake.writeHtml(lakeKey(lake.bucket, plan.dataCardPageUri), dataCardPage(card, reference.card));
  // The last thing: that it is there says that the training set is complete.
  await lake.writeJson(lakeKey(lake.bucket, plan.dataCardUri), JSON.stringify(card));
  return answer(card, plan, force);
}

async function knownFacts(lake: Lake, plan: TrainingPlan, reference: FoundReference): Promise<Facts | undefined> {
  const text = plan.status === 'built' ? await lake.readText(lakeKey(lake.bucket, plan.dataCardUri)) : undefined;
  if (text === undefined) {
    return undefined;
  }
  const card = parseDataCard(text, plan.dataCardUri);
  if (card.reference?.jobName !== reference.card?.jobName || card.examplesPrefix !== plan.examplesPrefix) {
    return undefined;
  }
  return reference.card === undefined ? { ...card, noReference: reference.why } : card;
}

function answer(card: DataCard, plan: TrainingPlan, force: boolean): InspectedTrainingSet {
  const { contentHash, gates, label, splits } = card;
  const isHeld = gates.some(({ passed }) => !passed);
  const { rows = 0, positives = 0 } = splits['train'] ?? {};
  return {
    status: isHeld && !force ? 'held' : 'passed',
    forced: isHeld && force,
    reason: reasonOf(gates),
    rows: Object.fromEntries(Object.entries(splits).map(([split, each]) => [split, each.rows])),
    ...(label.kind === 'binary' && { positives, negatives: rows - positives }),
    contentHash,
    dataCardUri: plan.dataCardUri,
    dataCardPageUri: plan.dataCardPageUri,
  };
}
