import { AthenaClient } from '@aws-sdk/client-athena';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import { checkDefinition } from '../../../local/aws/step-functions/check-definition';
import type { Definition } from '../../../local/aws/step-functions/definition';
import { createTaskHandlers } from '../../../local/aws/step-functions/task-handlers';
import { TaskError } from '../../../local/aws/step-functions/task-handler';
import { scoringTransitions } from '../../../ops/cost/measured';
import { buildFixture } from '../build-fixture';
import { definitionOf, pipeline, runWorkflow, thrown } from '../training/run-workflow';

const batch = {
  id: '20261120T093000000Z',
  from: '2026-11-20T09:30:00.000Z',
  cutoff: '2026-11-20T10:29:50.000Z',
  plannedAt: '2026-11-20T10:30:06.000Z',
  model: {
    jobName: 'job-1',
    modelPackageArn: 'arn:package/7',
    version: 7,
    modelUri: 's3://lake/models/job-1/output/model.tar.gz',
  },
};
const plan = {
  status: 'ready',
  batch,
  unloaded: false,
  statement: 'UNLOAD rows',
  rowsPrefix: 's3://lake/scoring/rows/x/',
  unscoredSeconds: 3_600,
};
const file = (number: number) => ({ key: `scoring/rows/x/${number}.parquet`, number, rows: 10 });
const rows = { version: 1, files: [file(0), file(1), file(2)], rows: 30 };
const finished = {
  batchId: batch.id,
  from: batch.from,
  cutoff: batch.cutoff,
  rows: 30,
  files: 3,
  modelJobName: 'job-1',
  modelVersion: 7,
};
const usual = {
  PlanScoring: plan,
  ListRows: rows,
  ScoreRows: { number: 0, rows: 10, predictionsUri: 's3://lake/p' },
  FinishScoring: finished,
};

describe('the scoring workflow, interpreted', () => {
  const definition = definitionOf(buildFixture().scoring);
  const run = (answers: Parameters<typeof runWorkflow>[1] = {}) =>
    runWorkflow(definition, answers, { scheduledTime: 'now' }, usual);

  it('goes from rows to predictions, each step with what it needs, and tells programs alone', async () => {
    const { execution, inputs, states, steps, told, waits } = await run();
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('BatchScored');
    expect(steps).toEqual(['PlanScoring', 'UnloadRows', 'ListRows', 'ScoreRows', 'ScoreRows', 'ScoreRows', 'FinishScoring']);
    expect(Object.fromEntries(waits)).toMatchObject({ LetFirehoseDeliver: 60 });
    expect(inputs).toMatchObject({
      PlanScoring: { executionName: 'execution-1' },
      UnloadRows: { QueryString: 'UNLOAD rows' },
      ListRows: { plan },
      ScoreRows: { batch, file: { rows: 10 } },
      FinishScoring: { batch, executionName: 'execution-1', scored: [usual.ScoreRows, usual.ScoreRows, usual.ScoreRows] },
    });
    expect(told).toEqual([
      {
        source: `iot-to-model.${pipeline}`,
        detailType: 'Batch Scored',
        detail: expect.objectContaining({ ...finished, pipeline }) as unknown,
      },
    ]);
  });

  it('passes as many states as a month is billed for', async () => {
    const { states } = await run({ ListRows: [{ version: 1, files: [file(0)], rows: 10 }] });
    expect(states.length).toBe(scoringTransitions);
  });

  it('takes up a batch whose rows are there without another query', async () => {
    const { states, steps } = await run({ PlanScoring: [{ ...plan, unloaded: true }] });
    expect(steps).not.toContain('UnloadRows');
    expect(states).not.toContain('LetFirehoseDeliver');
    expect(states.at(-1)).toBe('BatchScored');
  });

  it('ends a batch without rows as well', async () => {
    const { inputs, states, steps } = await run({ ListRows: [{ version: 1, files: [], rows: 0 }] });
    expect(steps).toEqual(['PlanScoring', 'UnloadRows', 'ListRows', 'FinishScoring']);
    expect(inputs).toMatchObject({ FinishScoring: { scored: [] } });
    expect(states.at(-1)).toBe('BatchScored');
  });

  it('ends well, and tells nobody, when there is nothing to score', async () => {
    const { execution, states, told } = await run({ PlanScoring: [{ status: 'nothing-to-score', reason: 'no model' }] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('NothingToScore');
    expect(told).toEqual([]);
  });

  it.each(['PlanScoring', 'ListRows', 'ScoreRows', 'FinishScoring'])(
    'tells people when %s fails, with the words of the function',
    async (step) => {
      const { execution, states, told } = await run({ [step]: [thrown('ScoringIncomplete', 'batch x is not done')] });
      expect(execution).toMatchObject({ status: 'FAILED', error: 'ScoringIncomplete', cause: 'batch x is not done' });
      expect(states.at(-1)).toBe('RunFailed');
      expect(told).toMatchObject([
        {
          subject: `${pipeline}: scoring failed`,
          message: expect.stringMatching(
            /^No batch was scored\. ScoringIncomplete: batch x is not done The next run takes it up again\. .*#scoring-failed$/,
          ) as string,
        },
        { detailType: 'Scoring Failed', detail: { error: 'ScoringIncomplete', readOn: 'docs/runbook.md#scoring-failed' } },
      ]);
    },
  );

  it('does not repeat a query that has failed half-way', async () => {
    const { execution, steps } = await run({ UnloadRows: [new TaskError('Athena.QueryFailed', 'out of room')] });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Athena.QueryFailed' });
    expect(steps.filter((step) => step === 'UnloadRows')).toHaveLength(1);
  });

  it.each(['Lambda.TooManyRequestsException', 'ThrottlingException'])('tries a file again after %s', async (error) => {
    const { execution, steps } = await run({ ScoreRows: [new TaskError(error, 'later'), usual.ScoreRows] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(steps.filter((step) => step === 'ScoreRows')).toHaveLength(4);
  });

  it('refuses a plan that it does not understand', async () => {
    expect((await run({ PlanScoring: [{ status: 'perhaps' }] })).execution).toMatchObject({ error: 'PlanNotUnderstood' });
  });

  it('runs on this machine as it is', () => {
    const client = { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };
    const handlers = createTaskHandlers({
      athena: new AthenaClient(client),
      sageMaker: new SageMakerClient(client),
      s3: new S3Client(client),
      sns: new SNSClient(client),
      eventBridge: new EventBridgeClient(client),
      invoke: () => Promise.reject(new Error('not called')),
    });
    expect(() =>
      checkDefinition(definition as unknown as Definition, (resource) => handlers(resource) !== undefined),
    ).not.toThrow();
  });
});
