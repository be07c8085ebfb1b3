import { OutcomeError, readOutcome } from '../../../local/training/outcome';
import { outcomeLines } from '../../../local/training/outcome-lines';
import { answers, card, documentsOf, evaluation } from './fixtures';

const place = (uri: string): string => uri.replace('s3://', '/out/');
const read = (output: unknown, documents = documentsOf()) => readOutcome(output, documents, place);
const text = async (output: unknown, documents = documentsOf()): Promise<string> =>
  outcomeLines(await read(output, documents), (path) => path.slice(1)).join('\n');
const { card: inspected, plan, window } = answers;

describe('what became of a training run', () => {
  test('is told by the documents that it wrote', async () => {
    const { judgement, ...rest } = await read(answers);
    expect(judgement).toMatchObject({ metric: 'averagePrecision', verdict: 'better', rows: 1200 });
    expect(rest).toEqual({
      end: 'approved',
      reason: evaluation.reason,
      window: window.window,
      cutoff: window.cutoff,
      revision: 1,
      trainingSet: {
        splits: card.splits,
        gates: card.gates,
        forced: false,
        contentHash: 'abc',
        dataCard: '/out/lake/training-sets/job/data-card.json',
        dataCardPage: '/out/lake/training-sets/job/data-card.html',
      },
      job: {
        name: 'job-2',
        attempt: 2,
        started: true,
        status: 'Completed',
        spot: false,
        metrics: { 'validation:auc': 0.9 },
        model: '/out/lake/models/job-2/output/model.tar.gz',
      },
      modelPackage: { arn: 'arn:package/3', version: 3, approval: 'Approved', created: true },
    });
  });

  test.each([
    ['PendingManualApproval', 'awaits-approval'],
    ['Rejected', 'rejected'],
  ])('may be a model whose package is %s', async (approval, end) => {
    expect(await read({ ...answers, registered: { ...answers.registered, approval } })).toMatchObject({ end });
  });

  test('may be that there was nothing to train', async () => {
    const output = { window, plan: { status: 'nothing-to-train', reason: 'no objects' } };
    expect(await read(output)).toMatchObject({ end: 'nothing-to-train', reason: 'no objects' });
    expect(await text(output)).toMatch(/nothing to train +no objects$/);
  });

  test('may be that a gate held it back, and says by which, with its numbers', async () => {
    const output = { window, plan, card: { ...inspected, status: 'held', reason: 'minimumRows: 800 rows' } };
    expect(await read(output)).toMatchObject({ end: 'held-back', reason: 'minimumRows: 800 rows' });
    const told = await text(output);
    expect(told).toMatch(/gates +1 of 2 {2}1 not passed\n +minimumRows +800 rows to train on; 1,000 at least are asked for\n/);
    expect(told).toMatch(/held back +by minimumRows$/);
  });

  test('may be that the budget of the day held it back', async () => {
    const passed = documentsOf({ [plan.dataCardUri]: { ...card, gates: card.gates.slice(0, 1) } });
    const output = {
      window,
      plan,
      card: inspected,
      failure: { Error: 'BudgetExceeded', Cause: '10 training jobs were started' },
    };
    expect(await read(output, passed)).toMatchObject({ end: 'held-back', reason: '10 training jobs were started' });
    expect(await text(output, passed)).toMatch(/held back +10 training jobs were started$/);
  });

  test.each([
    ['an output of another kind', { plan: 5 }, /the output of the training workflow is not as expected: .*window/],
    ['an approval that is none', { ...answers, registered: { ...answers.registered, approval: 'Maybe' } }, /registered as Maybe/],
    [
      'a document that is not there',
      { ...answers, verdict: { evaluationUri: 's3://lake/none' } },
      /s3:\/\/lake\/none is not as expected/,
    ],
  ])('is not guessed from %s', async (_, output, message) => {
    await expect(read(output)).rejects.toThrow(OutcomeError);
    await expect(read(output)).rejects.toThrow(message);
  });
});

describe('the lines about a training run', () => {
  test('put the model beside the one in use and the baseline', async () => {
    const told = await text(answers);
    expect(told).toMatch(
      /this model +version 2 +baseline\n +average precision +0\.5000 +0\.4000 +0\.1000 {2}on 1,200 test rows, 50 positive/,
    );
    expect(told).toMatch(/recall at 2 % +0\.2500 +0\.2000 +0\.05000\n +precision at 2 % /);
    expect(told).toMatch(/training job +Completed {2}job-2, attempt 2, capacity on demand\n/);
    expect(told).toMatch(/package version +3 {2}Approved\n/);
    expect(told).toContain('out/lake/training-sets/job/data-card.html');
    expect(told).toMatch(
      /window +2026-10-21 00:00 to 2026-11-20 00:00 UTC, event time\n +cutoff +2026-11-20 00:12:00.500 UTC, arrival\n/,
    );
  });

  test('say that a model is of another run, a window closed again, a run forced, a model in use not comparable', async () => {
    const { current, overall } = evaluation;
    const uncompared = {
      ...evaluation,
      current: { ...current, notCompared: 'it sees other features' },
      overall: { candidate: overall.candidate, baseline: overall.baseline },
    };
    const told = await text(
      {
        ...answers,
        window: { ...window, revision: 2 },
        card: { ...inspected, forced: true },
        started: { ...answers.started, started: false, overBudget: '10 jobs' },
        registered: { ...answers.registered, created: false },
      },
      documentsOf({ [answers.verdict.evaluationUri]: uncompared }),
    );
    expect(told).toContain('closed for the second time');
    expect(told).toContain('1 not passed, and the run was forced');
    expect(told).toContain('trained before, forced: 10 jobs');
    expect(told).toContain('Approved, as it was registered before');
    expect(told).toMatch(/version 2 in use +not compared: it sees other features/);
    expect(told).toMatch(/this model +baseline\n/);
  });

  test('say what a tuning job has found', async () => {
    const tuned = { tuningJobName: 'tune-0123abcd', hyperparameters: { eta: '0.08123456789', max_depth: '4' } };
    const output = { ...answers, record: { ...answers.record, tuned } };
    expect((await read(output)).job?.tuned).toEqual(tuned);
    expect(await text(output)).toMatch(/tuning job +tune-0123abcd: eta 0\.0812, max_depth 4\n +training job +Completed/);
    expect(await text(answers)).not.toContain('tuning job');
  });

  test('give a number in the unit of the label', async () => {
    const figures = (rmse: number) => ({ kind: 'regression', rows: 90, rmse, mae: rmse / 2, notDefined: {} });
    const overall = { candidate: figures(12.5), baseline: figures(40) };
    const told = await text(
      answers,
      documentsOf({ [answers.verdict.evaluationUri]: { ...evaluation, metric: 'rmse', current: null, overall } }),
    );
    expect(told).toMatch(/RMSE +12\.50 +40\.00 {2}on 90 test rows\n +mean absolute error +6\.250 +20\.00\n/);
  });

  test('are no longer than a page is wide, and break no figure from its unit', async () => {
    const reason = 'Flagging 2 % of the rows finds 61 % of the positives; '.repeat(6).trim();
    const told = await text(answers, documentsOf({ [answers.verdict.evaluationUri]: { ...evaluation, reason } }));
    const lines = told.slice(told.indexOf('model approved')).split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(lines.filter((line) => /^\s+%/.test(line))).toEqual([]);
  });
});
