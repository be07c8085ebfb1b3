import { AthenaClient } from '@aws-sdk/client-athena';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import { checkDefinition } from '../../../local/aws/step-functions/check-definition';
import { allStates, type Definition } from '../../../local/aws/step-functions/definition';
import { TaskError } from '../../../local/aws/step-functions/task-handler';
import { createTaskHandlers } from '../../../local/aws/step-functions/task-handlers';
import { transitionsOfTuning, transitionsPerPoll, transitionsPerRun } from '../../../ops/cost/measured';
import { buildFixture } from '../build-fixture';
import { card, definitionOf, plan, record, runWorkflow, started, thrown, usual } from './run-workflow';

const tuningJobName = 'iot-to-model-e-012345-0123abcd';
const tuning = { tuningJobName, started: true, onDemand: false };
const hyperparameters = { eta: '0.0812', max_depth: '4' };
/** A description, as far as the workflow looks into it. */
const described = (status: string, more: Readonly<Record<string, unknown>> = {}) => ({
  HyperParameterTuningJobName: tuningJobName,
  HyperParameterTuningJobStatus: status,
  ...more,
});
const BestTrainingJob = { TrainingJobName: `${tuningJobName}-003-ab`, TunedHyperParameters: hyperparameters };
const completed = described('Completed', { BestTrainingJob });
const tuned = { tuningJobName, hyperparameters };

describe('the training workflow with tuning, interpreted', () => {
  const { training } = buildFixture({ settings: { training: { tuning: { maxJobs: 6, maxParallelJobs: 3 } } } });
  const definition = definitionOf(training);
  const run = (answers: Parameters<typeof runWorkflow>[1] = {}) =>
    runWorkflow(definition, answers, undefined, { ...usual, StartTuning: tuning, DescribeTuningJob: completed });
  const during = (steps: readonly string[]) => steps.filter((step) => /Tun|StartTraining/.test(step));

  it('trains with what the best training job of the tuning job has, and records it', async () => {
    const { execution, inputs, states, steps } = await run();
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('ModelApproved');
    expect(during(steps)).toEqual(['StartTuning', 'DescribeTuningJob', 'StartTraining']);
    expect(inputs).toMatchObject({
      StartTuning: { plan, card, capacity: { onDemand: false }, force: false },
      DescribeTuningJob: { HyperParameterTuningJobName: tuningJobName },
      RecordModel: { jobName: plan.jobName, started },
    });
    // No more of the description than what was found.
    expect(inputs['StartTraining']).toEqual({ plan, card, capacity: { onDemand: false }, force: false, tuned });
    expect(inputs['RecordModel']).toHaveProperty('tuned', tuned);
  });

  it('waits for the tuning job as long as it takes, while it has found something and while it has not', async () => {
    const answers = [described('InProgress'), described('InProgress', { BestTrainingJob }), described('Stopping'), completed];
    const { execution, steps, waits } = await run({ DescribeTuningJob: answers });
    expect(execution.status).toBe('SUCCEEDED');
    expect(steps.filter((step) => step === 'DescribeTuningJob')).toHaveLength(4);
    expect(Object.fromEntries(waits)).toMatchObject({ WaitForTuning: 30 });
  });

  it.each([
    ['Failed', described('Failed', { FailureReason: 'All training jobs failed.' })],
    ['complete without a best job', described('Completed')],
  ])('tunes on demand when a tuning job on spot capacity is %s', async (_what, fruitless) => {
    const second = { tuningJobName: `${tuningJobName}-2`, started: true, onDemand: true };
    const { execution, inputs, steps } = await run({
      StartTuning: [tuning, second],
      DescribeTuningJob: [fruitless, completed],
    });
    expect(execution.status).toBe('SUCCEEDED');
    expect(during(steps)).toEqual(['StartTuning', 'DescribeTuningJob', 'StartTuning', 'DescribeTuningJob', 'StartTraining']);
    expect(inputs).toMatchObject({
      StartTuning: { capacity: { onDemand: true } },
      DescribeTuningJob: { HyperParameterTuningJobName: second.tuningJobName },
      // The capacity that was wanting is not waited for again.
      StartTraining: { capacity: { onDemand: true }, tuned: { ...tuned, tuningJobName: second.tuningJobName } },
    });
  });

  it.each([
    ['Failed', described('Failed', { FailureReason: 'All training jobs failed.' }), 'All training jobs failed.'],
    [
      'complete without a best job',
      described('Completed'),
      'None of the training jobs of the tuning job has reported its objective metric.',
    ],
  ])('fails, and says why, when one on demand is %s', async (_what, fruitless, cause) => {
    const { execution, steps, told } = await run({
      StartTuning: [{ ...tuning, onDemand: true }],
      DescribeTuningJob: [fruitless],
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'TuningFailed', cause });
    expect(during(steps)).toEqual(['StartTuning', 'DescribeTuningJob']);
    expect(told).toMatchObject([
      { message: expect.stringContaining(`TuningFailed: ${cause}`) as string },
      { detailType: 'Training Failed', detail: { error: 'TuningFailed', cause } },
    ]);
  });

  it('fails when somebody has stopped it, whatever it has found until then', async () => {
    const { execution, steps } = await run({ DescribeTuningJob: [described('Stopped', { BestTrainingJob })] });
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'TuningFailed',
      cause: expect.stringContaining('stopped') as string,
    });
    expect(during(steps)).toEqual(['StartTuning', 'DescribeTuningJob']);
  });

  it.each(['StartTuning', 'StartTraining'])('is held back by a budget that has no room for %s', async (step) => {
    const { execution, states, told } = await run({ [step]: [thrown('BudgetExceeded', '10 training jobs')] });
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('TrainingHeldBack');
    expect(told).toMatchObject([{}, { detailType: 'Training Held Back', detail: { reason: '10 training jobs' } }]);
  });

  it('does not tune again for a training job that found no spot capacity', async () => {
    const { execution, steps } = await run({
      StartTraining: [started, { ...started, jobName: `${plan.jobName}-2`, onDemand: true }],
      RecordModel: [{ ...record, outcome: 'no-spot', failureReason: 'no capacity' }, record],
    });
    expect(execution.status).toBe('SUCCEEDED');
    expect(during(steps)).toEqual(['StartTuning', 'DescribeTuningJob', 'StartTraining', 'StartTraining']);
  });

  it.each([
    ['StartTuning', 'ThrottlingException', 6],
    ['StartTuning', 'ResourceLimitExceeded', 6],
    ['StartTuning', 'TrainingRequestInvalid', 1],
    ['DescribeTuningJob', 'SageMaker.SageMakerException', 7],
  ])('asks %s again on %s: %i times in all', async (step, error, times) => {
    const { execution, steps, told } = await run({ [step]: [new TaskError(error, 'slowly')] });
    expect(steps.filter((each) => each === step)).toHaveLength(times);
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(told).toHaveLength(2);
  });

  it('passes through as many states as its cost is counted with', async () => {
    const { states } = await run();
    expect(states.length - 2 * transitionsPerPoll).toBe(transitionsPerRun + transitionsOfTuning);
  });

  it('asks for nothing that the local machine does not support, and has a way out of every step', () => {
    const at = { region: 'eu-west-1', endpoint: 'http://localhost' };
    const handlers = createTaskHandlers({
      invoke: () => Promise.reject(new Error('not called')),
      athena: new AthenaClient(at),
      sageMaker: new SageMakerClient(at),
      s3: new S3Client(at),
      sns: new SNSClient(at),
      eventBridge: new EventBridgeClient(at),
    });
    const states = definition as unknown as Definition;
    expect(() => checkDefinition(states, (resource) => handlers(resource) !== undefined)).not.toThrow();
    const caught = allStates(states).filter(({ state }) => JSON.stringify(state.Catch ?? '').includes('States.ALL'));
    expect(caught.map(({ name }) => name)).toEqual(expect.arrayContaining(['StartTuning', 'DescribeTuningJob']));
  });

  it('has time for trials, so many at a time, on spot capacity and again without', () => {
    expect(definition['TimeoutSeconds']).toBe(6 * 3_600 + 60 + (1 + 2) * (7_200 + 3_600) + 2 * 3_600);
  });
});
