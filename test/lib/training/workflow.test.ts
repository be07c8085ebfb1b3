import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { outcomeMessages, type OutcomeMessage } from '../../../lib/training/workflow/outcome-messages';
import { checkDefinition } from '../../../local/aws/step-functions/check-definition';
import { allStates, type Definition } from '../../../local/aws/step-functions/definition';
import { TaskError } from '../../../local/aws/step-functions/task-handler';
import { createTaskHandlers } from '../../../local/aws/step-functions/task-handlers';
import { transitionsPerPoll, transitionsPerRun } from '../../../ops/cost/measured';
import { buildFixture } from '../build-fixture';
import {
  card,
  closed,
  definitionOf,
  open,
  pipeline,
  plan,
  record,
  registered,
  runWorkflow,
  started,
  thrown,
  verdict,
} from './run-workflow';

const unloads = ['UnloadExamples', 'UnloadCounts', 'UnloadInputs'];
const whole = [
  'CheckWindow',
  'PlanTraining',
  ...unloads,
  'InspectTrainingSet',
  'StartTraining',
  'DescribeTrainingJob',
  'RecordModel',
  'JudgeModel',
  'RegisterModel',
];
const executionArn = `arn:aws:states:us-east-1:000000000000:execution:${pipeline}:execution-1`;
const job = (TrainingJobStatus: string) => ({ TrainingJobName: plan.jobName, TrainingJobStatus });

describe('the training workflow, interpreted', () => {
  const definition = definitionOf();
  const run = (answers?: Parameters<typeof runWorkflow>[1], input?: unknown) => runWorkflow(definition, answers, input);

  it('goes from a closed window to an approved model, each step with what it needs', async () => {
    const { execution, inputs, states, steps, told } = await run();
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('ModelApproved');
    expect([...steps].sort()).toEqual([...whole].sort());
    expect(steps.filter((step) => !unloads.includes(step))).toEqual(whole.filter((step) => !unloads.includes(step)));
    const scheduled = { scheduledTime: '2026-11-20T10:30:00Z' };
    expect(inputs).toMatchObject({
      CheckWindow: { input: scheduled, executionName: 'execution-1', startedAt: '2026-11-20T10:30:05.000Z' },
      PlanTraining: { window: closed, executionName: 'execution-1' },
      UnloadExamples: { QueryString: 'UNLOAD examples' },
      UnloadCounts: { QueryString: 'UNLOAD counts' },
      UnloadInputs: { QueryString: 'UNLOAD inputs' },
      InspectTrainingSet: { plan, force: false },
      StartTraining: { plan, card, capacity: { onDemand: false }, force: false },
      DescribeTrainingJob: { TrainingJobName: plan.jobName },
      RecordModel: { jobName: plan.jobName, plan, card, started, capacity: { onDemand: false } },
      JudgeModel: { plan, card, record },
      RegisterModel: { plan, card, record, verdict },
    });
    expect(told).toEqual([
      {
        subject: `${pipeline}: model approved`,
        message:
          `Model ${plan.jobName} is approved as version 7, trained on 800 rows. It is better: 0.8 rather than 0.7. ` +
          `Evaluation: s3://lake/models/evaluation.json Data card: s3://lake/data-card.html Execution: ${executionArn}`,
      },
      {
        source: `iot-to-model.${pipeline}`,
        detailType: 'Model Approved',
        detail: expect.objectContaining({
          pipeline,
          execution: executionArn,
          jobName: plan.jobName,
          modelPackageArn: registered.modelPackageArn,
          version: 7,
          verdict,
          rows: card.rows,
          window: plan.window,
          cutoff: plan.cutoff,
        }) as unknown,
      },
    ]);
  });

  it('asks until the window is closed, and then lets Firehose deliver', async () => {
    const { execution, steps, states, waits } = await run({ CheckWindow: [open, open, closed] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(steps.slice(0, 4)).toEqual(['CheckWindow', 'CheckWindow', 'CheckWindow', 'PlanTraining']);
    expect(states.filter((state) => state === 'WaitForWindow')).toHaveLength(2);
    expect(Object.fromEntries(waits)).toMatchObject({ WaitForWindow: 60, LetFirehoseDeliver: 60, WaitForTraining: 30 });
  });

  it('gives up on a window that stays open, and says which shards hold it back', async () => {
    const { execution, steps, told } = await run({ CheckWindow: [open, { ...open, status: 'overdue' }] });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'WindowNotClosed', cause: open.reason });
    expect(steps).toEqual(['CheckWindow', 'CheckWindow']);
    expect(told).toMatchObject([
      { message: expect.stringMatching(/shard 0 is at 10:00\. .*#window-not-closed$/) as string },
      {
        detailType: 'Training Failed',
        detail: { error: 'WindowNotClosed', window: open.window, readOn: 'docs/runbook.md#window-not-closed' },
      },
    ]);
  });

  it('ends well, and only tells of it, when there is nothing to train on', async () => {
    const { execution, states, steps, told } = await run({
      PlanTraining: [{ status: 'nothing-to-train', reason: 'no objects' }],
    });
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('NothingToTrain');
    expect(steps).toEqual(['CheckWindow', 'PlanTraining']);
    expect(told).toMatchObject([
      { subject: `${pipeline}: nothing to train`, message: expect.stringContaining('no objects') as string },
      { detailType: 'Nothing To Train', detail: { reason: 'no objects', cutoff: closed.cutoff } },
    ]);
  });

  it('does not build again what an earlier run has built', async () => {
    const { execution, steps } = await run({ PlanTraining: [{ ...plan, status: 'built' }] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(steps).toEqual(whole.filter((step) => !unloads.includes(step)));
  });

  it('is held back by a gate, says by which, and starts no job', async () => {
    const held = { ...card, status: 'held', reason: 'minimumRows: 800 rows to train on, at least 1,000 are asked for' };
    const { execution, states, steps, told } = await run({ InspectTrainingSet: [held] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('TrainingHeldBack');
    expect(steps).not.toContain('StartTraining');
    expect(told).toMatchObject([
      { message: expect.stringMatching(/minimumRows: 800 rows .*data-card\.html .*#training-held-back$/) as string },
      { detailType: 'Training Held Back', detail: { reason: held.reason, jobName: plan.jobName, rows: card.rows } },
    ]);
  });

  it('is held back by a budget that is spent, and says so without a stack', async () => {
    const { execution, states, told } = await run({ StartTraining: [thrown('BudgetExceeded', '10 training jobs')] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('TrainingHeldBack');
    expect(states.filter((state) => state === 'StartTraining')).toHaveLength(1);
    expect(told).toMatchObject([
      { message: expect.stringContaining('no job was started. 10 training jobs. Data card') as string },
      { detailType: 'Training Held Back', detail: { reason: '10 training jobs' } },
    ]);
  });

  it('passes gates and budget when a person has said so', async () => {
    const { inputs } = await run(
      { CheckWindow: [{ ...closed, force: true }] },
      { window: closed.window, force: true, requestedBy: 'ann' },
    );
    expect(inputs).toMatchObject({
      CheckWindow: { input: { window: closed.window, force: true, requestedBy: 'ann' } },
      InspectTrainingSet: { force: true },
      StartTraining: { force: true },
    });
  });

  it('passes through as many states as its cost is counted with', async () => {
    const { states } = await run();
    expect(states.length - transitionsPerPoll).toBe(transitionsPerRun);
  });

  it('waits for the job as long as it takes', async () => {
    const { execution, steps } = await run({ DescribeTrainingJob: ['InProgress', 'Stopping', 'Completed'].map(job) });
    expect(execution.status).toBe('SUCCEEDED');
    expect(steps.filter((step) => step === 'DescribeTrainingJob')).toHaveLength(3);
  });

  it('trains on demand when there was no spot capacity', async () => {
    const second = { ...started, jobName: `${plan.jobName}-2`, onDemand: true };
    const { execution, inputs, steps } = await run({
      StartTraining: [started, second],
      DescribeTrainingJob: [job('Stopped'), job('Completed')],
      RecordModel: [{ ...record, outcome: 'no-spot', failureReason: 'no capacity' }, record],
    });
    expect(execution.status).toBe('SUCCEEDED');
    expect(steps.filter((step) => step === 'StartTraining' || step === 'RecordModel')).toHaveLength(4);
    expect(inputs).toMatchObject({
      StartTraining: { capacity: { onDemand: true } },
      DescribeTrainingJob: { TrainingJobName: second.jobName },
      RecordModel: { jobName: second.jobName, started: second, capacity: { onDemand: true } },
    });
  });

  it.each(['Failed', 'Stopped'])('records a job that ended as %s, tells why, and then fails', async (status) => {
    const { execution, steps, told } = await run({
      DescribeTrainingJob: [job(status)],
      RecordModel: [{ jobName: plan.jobName, outcome: 'failed', failureReason: 'AlgorithmError: no' }],
    });
    expect(steps.at(-1)).toBe('RecordModel');
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TrainingFailed', cause: 'AlgorithmError: no' });
    expect(told).toMatchObject([
      {
        subject: `${pipeline}: training failed`,
        message: expect.stringMatching(/TrainingFailed: AlgorithmError: no .*: docs\/runbook\.md#training-failed$/) as string,
      },
      { detailType: 'Training Failed', detail: { error: 'TrainingFailed', cause: 'AlgorithmError: no' } },
    ]);
  });

  it.each([
    ['Rejected', 'ModelRejected', 'model rejected', 'Model Rejected', 'model-rejected'],
    ['PendingManualApproval', 'ModelAwaitsApproval', 'model awaits approval', 'Model Awaits Approval', 'model-awaits-approval'],
  ])('ends well with a model that is %s', async (approval, end, subject, detailType, section) => {
    const { execution, states, told } = await run({ RegisterModel: [{ ...registered, approval }] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe(end);
    expect(told).toMatchObject([
      { subject: `${pipeline}: ${subject}`, message: expect.stringMatching(new RegExp(`#${section}$`)) as string },
      { detailType, detail: { approval, version: 7, reason: verdict.reason, readOn: `docs/runbook.md#${section}` } },
    ]);
  });

  it.each([
    [{ CheckWindow: [{ ...closed, status: 'perhaps' }] }, 'WindowNotUnderstood'],
    [{ PlanTraining: [{ ...plan, status: 'perhaps' }] }, 'PlanNotUnderstood'],
    [{ RegisterModel: [{ ...registered, approval: 'perhaps' }] }, 'ApprovalNotUnderstood'],
  ])('tells of an answer that it does not understand, and fails', async (answers, error) => {
    const { execution, told } = await run(answers);
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(told).toHaveLength(2);
  });

  it.each(whole)('tells of the error by which %s fails, and fails by it', async (step) => {
    const { execution, told } = await run({ [step]: [new TaskError('SomeError', 'what is wrong')] });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'SomeError', cause: 'what is wrong' });
    expect(told).toMatchObject([
      { message: expect.stringContaining('SomeError: what is wrong') as string },
      { detail: { error: 'SomeError', cause: 'what is wrong' } },
    ]);
  });

  it('tells what a function said, without its stack', async () => {
    const { execution, told } = await run({ InspectTrainingSet: [thrown('TrainingSetEmpty', 'no rows: "sorry"')] });
    expect(execution).toMatchObject({ error: 'TrainingSetEmpty', cause: 'no rows: "sorry"' });
    expect(told[0]?.message).toContain('TrainingSetEmpty: no rows: "sorry" The next');
  });

  it.each([
    ['CheckWindow', 'ServiceUnavailable', 6],
    ['PlanTraining', 'Lambda.TooManyRequestsException', 7],
    ['UnloadExamples', 'Athena.TooManyRequestsException', 7],
    ['UnloadExamples', 'States.TaskFailed', 1],
    ['InspectTrainingSet', 'ThrottlingException', 6],
    ['StartTraining', 'ThrottlingException', 6],
    ['StartTraining', 'ResourceLimitExceeded', 6],
    ['StartTraining', 'TrainingRequestInvalid', 1],
    ['DescribeTrainingJob', 'SageMaker.SageMakerException', 7],
    ['RecordModel', 'ThrottlingException', 6],
    ['JudgeModel', 'ServiceUnavailable', 6],
    ['JudgeModel', 'ModelUnreadable', 1],
    ['RegisterModel', 'ThrottlingException', 6],
    ['RegisterModel', 'ResourceLimitExceeded', 1],
  ])('asks %s again on %s: %i times in all', async (step, error, times) => {
    const { execution, steps } = await run({ [step]: [new TaskError(error, 'slowly')] });
    expect(steps.filter((each) => each === step)).toHaveLength(times);
    expect(execution).toMatchObject({ status: 'FAILED', error });
  });

  it('goes on after trouble that passes', async () => {
    const { execution } = await run({ StartTraining: [thrown('ResourceLimitExceeded', 'full'), started] });
    expect(execution.status).toBe('SUCCEEDED');
  });

  it.each<[string, Record<string, readonly unknown[]>, string, string]>([
    ['Approval', {}, 'SUCCEEDED', 'ModelApproved'],
    ['Failure', { DescribeTrainingJob: [new TaskError('SomeError', 'no')] }, 'FAILED', 'RunFailed'],
  ])('ends as it would have when nobody can be told of it', async (what, answers, status, end) => {
    const lost = [new TaskError('SNS.NotFoundException', 'no topic')];
    const { execution, states, told } = await run({ ...answers, [`TellOf${what}`]: lost, [`Announce${what}`]: lost });
    expect(execution.status).toBe(status);
    expect(states.at(-1)).toBe(end);
    expect(told).toHaveLength(12);
  });

  it('asks for nothing that the local machine does not support', () => {
    const at = { region: 'eu-west-1', endpoint: 'http://localhost' };
    const handlers = createTaskHandlers({
      invoke: () => Promise.reject(new Error('not called')),
      athena: new AthenaClient(at),
      sageMaker: new SageMakerClient(at),
      s3: new S3Client(at),
      sns: new SNSClient(at),
      eventBridge: new EventBridgeClient(at),
    });
    expect(() =>
      checkDefinition(definition as unknown as Definition, (resource) => handlers(resource) !== undefined),
    ).not.toThrow();
  });

  it('has a way out of every step', () => {
    const tasks = allStates(definition as unknown as Definition).filter(
      ({ state }) => state.Type === 'Task' || state.Type === 'Parallel',
    );
    const without = tasks.filter(({ state }) => !JSON.stringify(state.Catch ?? '').includes('States.ALL'));
    // Those of branches are caught by the state that has them.
    expect(without.map(({ name }) => name).sort()).toEqual([...unloads].sort());
  });

  it('names only sections that the runbook has', () => {
    const runbook = readFileSync(join(projectRoot, 'docs/runbook.md'), 'utf8');
    const sections = Object.values<OutcomeMessage>(outcomeMessages).flatMap(({ section }) => section ?? []);
    expect(sections).toHaveLength(6);
    expect(sections.filter((section) => !runbook.includes(`\n### ${section}\n`))).toEqual([]);
  });

  it('keeps subjects within what SNS takes, whatever the pipeline is called', () => {
    const longest = Math.max(...Object.values<OutcomeMessage>(outcomeMessages).map(({ subject }) => subject.length));
    expect(longest + ': '.length + 36).toBeLessThanOrEqual(100);
  });

  it('names a runbook whose address has characters of the format', () => {
    const { training } = buildFixture({ settings: { monitoring: { runbookUrl: "https://wiki/{it's}" } } });
    expect(JSON.stringify(definitionOf(training))).toContain('What to do: https://wiki/%7Bit%27s%7D#training-failed');
  });

  it('has time for the window, for a job on spot capacity and one without, and gives up in the end', () => {
    expect(definition['TimeoutSeconds']).toBe(6 * 3_600 + 60 + 7_200 + 3_600 + 2 * 3_600);
  });
});
