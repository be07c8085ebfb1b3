import type { ReadDocument } from '../../../local/training/documents';
import type { TrainingOutcome } from '../../../local/training/outcome';

const window = { start: '2026-10-21T00:00:00.000Z', end: '2026-11-20T00:00:00.000Z' };
const gate = (name: string, passed: boolean, detail: string) => ({ name, limit: 1000, value: 812, passed, detail });
const uris = {
  card: 's3://lake/training-sets/job/data-card.json',
  page: 's3://lake/training-sets/job/data-card.html',
  evaluation: 's3://lake/models/job-2/evaluation.json',
};

/** What the steps of the workflow answer, with more than is read, as they do. */
export const answers = {
  scheduledTime: '2026-11-20T00:11:00Z',
  window: {
    status: 'closed',
    window,
    cutoff: '2026-11-20T00:12:00.500Z',
    revision: 1,
    closingUri: 's3://lake/closing-1.json',
    force: false,
  },
  plan: {
    status: 'ready',
    jobName: 'job',
    window,
    dataCardUri: uris.card,
    dataCardPageUri: uris.page,
    manifestUri: 's3://lake/m',
  },
  card: { status: 'passed', forced: false, reason: 'all 2 gates passed', rows: { train: 800 }, contentHash: 'abc' },
  started: { jobName: 'job-2', started: true, onDemand: true, rows: { train: 800 } },
  record: {
    jobName: 'job-2',
    status: 'Completed',
    outcome: 'trained',
    metrics: { 'validation:auc': 0.9 },
    modelUri: 's3://lake/models/job-2/output/model.tar.gz',
    spot: false,
  },
  verdict: { verdict: 'better', approval: 'Approved', evaluationUri: uris.evaluation },
  registered: { modelPackageArn: 'arn:package/3', version: 3, approval: 'Approved', created: true },
};

/** data-card.json */
export const card = {
  version: 1,
  contentHash: 'abc',
  splits: { train: { rows: 800, devices: 20, positives: 60 }, test_devices: { rows: 200, devices: 5, positives: 12 } },
  gates: [
    gate('minimumDevices', true, 'rows are of 20 devices'),
    gate('minimumRows', false, '800 rows to train on; 1,000 at least are asked for'),
  ],
};

const figures = (averagePrecision: number) => ({
  kind: 'binary',
  rows: 1200,
  positives: 50,
  budget: 0.02,
  averagePrecision,
  recallAtBudget: averagePrecision / 2,
  precisionAtBudget: averagePrecision,
  notDefined: {},
});

/** evaluation.json */
export const evaluation = {
  metric: 'averagePrecision',
  verdict: 'better',
  reason: 'Average precision 0.5 on 1,200 test rows: better than version 2, which is in use, 0.4; baseline 0.1.',
  current: { modelPackageArn: 'arn:package/2', version: 2 },
  overall: { candidate: figures(0.5), current: figures(0.4), baseline: figures(0.1) },
};

/** Documents by their URIs. */
export function documentsOf(changed: Readonly<Record<string, unknown>> = {}): ReadDocument {
  const all: Readonly<Record<string, unknown>> = { [uris.card]: card, [uris.evaluation]: evaluation, ...changed };
  return async (uri) => all[uri];
}

/** What a run came to that trained a model. */
export const outcome: TrainingOutcome = {
  end: 'approved',
  reason: 'Better than the baseline.',
  window,
  cutoff: '2026-11-20T00:12:00.500Z',
  revision: 1,
  trainingSet: {
    splits: card.splits,
    gates: [{ name: 'minimumRows', limit: 1000, value: 1200, passed: true, detail: '1,200 rows' }],
    forced: false,
    contentHash: 'abc',
    dataCard: '/out/data-card.json',
    dataCardPage: '/out/data-card.html',
  },
  job: {
    name: 'job-1',
    attempt: 1,
    started: true,
    status: 'Completed',
    spot: true,
    metrics: { 'validation:auc': 0.87654 },
    model: '/out/model.tar.gz',
  },
  modelPackage: { arn: 'arn', version: 1, approval: 'Approved', created: true },
};
