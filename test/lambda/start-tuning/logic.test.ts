import fc from 'fast-check';
import { parseStartTuningConfig } from '../../../lambda/start-tuning/config';
import { parseStartTuningEvent, type StartTuningEvent } from '../../../lambda/start-tuning/event';
import { startTuning, type TuningPorts } from '../../../lambda/start-tuning/logic';
import { domain as untuned } from '../fixtures';
import { network } from '../start-training/environment';
import { apiError, describedJob, MemoryJobs, MemoryTunings, trainingCard, trainingPlan } from '../training-fixtures';
import { domain, environment } from './environment';

const now = Date.parse('2026-11-20T12:00:00Z');
const event: StartTuningEvent = { plan: trainingPlan, card: trainingCard, capacity: { onDemand: false }, force: false };
const name = 'tune-01234567';

function start(
  ports: Partial<TuningPorts> & { readonly tunings: MemoryTunings },
  change: Partial<StartTuningEvent> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const config = parseStartTuningConfig({ ...environment, ...env }, () => domain);
  return startTuning({ jobs: new MemoryJobs(), ...ports }, config, { ...event, ...change }, now);
}

/** Tuning jobs on the data of the plan, with these statuses by name. */
async function tuned(statuses: Readonly<Record<string, 'Completed' | 'Failed' | 'Stopped' | 'InProgress'>>) {
  const first = new MemoryTunings();
  await start({ tunings: first });
  const [request] = first.requests;
  return Object.entries(statuses).reduce(
    (tunings, [each, status]) => tunings.put(each, status, { TrainingJobDefinition: request?.TrainingJobDefinition }),
    new MemoryTunings(),
  );
}

describe('starting a tuning job', () => {
  test('starts it once, by random search from a seed that follows from the data', async () => {
    const tunings = new MemoryTunings();
    const answer = { tuningJobName: name, started: true, onDemand: false };
    expect(await start({ tunings })).toEqual(answer);
    expect(await start({ tunings })).toEqual({ ...answer, started: false });
    expect(tunings.requests).toEqual([
      {
        HyperParameterTuningJobName: name,
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          RandomSeed: 0x0123456,
          HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'validation:rmse' },
          ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: 2 },
          ParameterRanges: {
            IntegerParameterRanges: [{ Name: 'max_depth', MinValue: '2', MaxValue: '6', ScalingType: 'Linear' }],
            ContinuousParameterRanges: [
              { Name: 'eta', MinValue: '0.01', MaxValue: '0.5', ScalingType: 'Logarithmic' },
              { Name: 'lambda', MinValue: '0', MaxValue: '10', ScalingType: 'Linear' },
            ],
          },
          TrainingJobEarlyStoppingType: 'Off',
        },
        TrainingJobDefinition: expect.objectContaining({
          // Without those that are searched for.
          StaticHyperParameters: { objective: 'reg:squarederror', num_round: '5', eval_metric: 'rmse' },
          OutputDataConfig: { S3OutputPath: `s3://lake/trials/${trainingPlan.jobName}`, KmsKeyId: environment.KMS_KEY_ARN },
          EnableManagedSpotTraining: true,
          StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
          EnableNetworkIsolation: true,
        }) as unknown,
        Tags: expect.arrayContaining([
          { Key: 'domain', Value: 'pumps' },
          { Key: 'manifest-sha256', Value: trainingPlan.manifestHash },
        ]) as unknown,
      },
    ]);
    // One place for the checkpoints of all trials would mix them up.
    expect(tunings.requests[0]?.TrainingJobDefinition).not.toHaveProperty('CheckpointConfig');
  });

  test('runs its training jobs where those of the pipeline run', async () => {
    const tunings = new MemoryTunings();
    await start({ tunings }, {}, network);
    expect(tunings.requests[0]?.TrainingJobDefinition).toMatchObject({ VpcConfig: { SecurityGroupIds: ['sg-1'] } });
  });

  test('asks for no more at a time than there are', async () => {
    const tunings = new MemoryTunings();
    await start({ tunings }, {}, { TUNING_JOBS: '1' });
    const { ResourceLimits } = tunings.requests[0]?.HyperParameterTuningJobConfig ?? {};
    expect(ResourceLimits).toEqual({ MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 });
  });

  test('weighs positive rows as the domain asks', async () => {
    const tunings = new MemoryTunings();
    const balanced = { ...domain, trainingSet: { ...domain.trainingSet, classBalance: 'balanced' as const } };
    await startTuning(
      { tunings, jobs: new MemoryJobs() },
      parseStartTuningConfig(environment, () => balanced),
      event,
      now,
    );
    expect(tunings.requests[0]?.TrainingJobDefinition?.StaticHyperParameters).toMatchObject({ scale_pos_weight: '9' });
  });

  test.each([
    [{ [name]: 'Failed' }, `${name}-2`, true],
    [{ [name]: 'Stopped' }, `${name}-2`, true],
    [{ [name]: 'Failed', [`${name}-2`]: 'Completed' }, `${name}-2`, false],
    [{ [name]: 'InProgress' }, name, false],
  ] as const)('after %j goes on with %s', async (statuses, tuningJobName, started) => {
    const tunings = await tuned(statuses);
    expect(await start({ tunings })).toMatchObject({ tuningJobName, started });
  });

  test('takes no tuning job of other data whose hash begins alike', async () => {
    const tunings = await tuned({ [name]: 'Completed' });
    const plan = { ...trainingPlan, jobName: 'pumps-20261121-10-0123456789ff' };
    expect(await start({ tunings }, { plan })).toMatchObject({ tuningJobName: `${name}-2`, started: true });
  });

  test.each([
    ['Completed', name, false],
    ['Failed', `${name}-2`, true],
  ] as const)('meets a tuning job that the listing did not show, %s', async (status, tuningJobName, started) => {
    const tunings = await tuned({ [name]: status });
    tunings.unlisted.add(name);
    expect(await start({ tunings })).toMatchObject({ tuningJobName, started });
  });

  test('does without spot capacity when it is told that there was none, and says so', async () => {
    const tunings = await tuned({ [name]: 'Failed' });
    const answer = { tuningJobName: `${name}-2`, onDemand: true };
    expect(await start({ tunings }, { capacity: { onDemand: true } })).toMatchObject({ ...answer, started: true });
    expect(tunings.requests[0]?.TrainingJobDefinition).not.toHaveProperty('EnableManagedSpotTraining');
    expect(await start({ tunings })).toMatchObject({ ...answer, started: false });
    expect(await start({ tunings: new MemoryTunings() }, {}, { USE_SPOT: 'false' })).toMatchObject({ onDemand: true });
  });

  test('gives up after nine that failed', async () => {
    const failed = Array.from({ length: 9 }, (_, index) => [index === 0 ? name : `${name}-${index + 1}`, 'Failed'] as const);
    const tunings = await tuned(Object.fromEntries(failed));
    await expect(start({ tunings })).rejects.toMatchObject({
      name: 'TrainingAttemptsExhausted',
      message: expect.stringContaining('9 tuning jobs on the same data') as string,
    });
  });

  test('has a name and a seed that SageMaker takes, whatever the hash (seed 1)', async () => {
    const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
    await fc.assert(
      fc.asyncProperty(hashes, async (manifestHash) => {
        const tunings = new MemoryTunings();
        const env = { TUNING_NAME_PREFIX: 'a'.repeat(21) };
        await start({ tunings }, { plan: { ...trainingPlan, manifestHash } }, env);
        const [request] = tunings.requests;
        expect(`${request?.HyperParameterTuningJobName}-2`).toHaveLength(32);
        const { RandomSeed } = request?.HyperParameterTuningJobConfig ?? {};
        expect(RandomSeed).toBeLessThan(2 ** 31);
        expect(RandomSeed).toBeGreaterThanOrEqual(0);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  test.each([
    ['ResourceLimitExceeded', 'ResourceLimitExceeded'],
    ['ThrottlingException', 'ThrottlingException'],
    ['ValidationException', 'TrainingRequestInvalid'],
    ['AccessDeniedException', 'TrainingAccessDenied'],
    ['SomethingElse', 'SomethingElse'],
  ])('ends with %s as %s', async (given, error) => {
    const tunings = new MemoryTunings();
    tunings.failing = apiError(given);
    await expect(start({ tunings })).rejects.toMatchObject({ name: error });
  });

  test('ends with an error of a listing under its name as well', async () => {
    const throttled = async (): Promise<never> => Promise.reject(apiError('ThrottlingException'));
    await expect(start({ tunings: Object.assign(new MemoryTunings(), { list: throttled }) })).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: `ListHyperParameterTuningJobs ${name}: ThrottlingException it is`,
    });
  });
});

describe('the budget of a day, with a tuning job', () => {
  const recent = (jobName: string) => describedJob(jobName, { CreationTime: new Date(now - 3_600_000) });

  test('has to have room for all of its training jobs and for the one that follows', async () => {
    expect(await start({ tunings: new MemoryTunings(), jobs: new MemoryJobs().put(recent('pumps-a')) })).toMatchObject({
      started: true,
    });
    const jobs = new MemoryJobs().put(recent('pumps-a')).put(recent('tune-76543210-001-x'));
    const tunings = new MemoryTunings();
    const reason = '2 training jobs were started within 24 hours and 5 more are to be, 6 are allowed';
    await expect(start({ tunings, jobs })).rejects.toMatchObject({
      name: 'BudgetExceeded',
      message: `${reason}; start the run with force to train nevertheless`,
    });
    expect(tunings.requests).toEqual([]);
    expect(await start({ tunings, jobs }, { force: true })).toMatchObject({ started: true, overBudget: reason });
  });

  test('has to have room for what other tuning jobs have still to launch', async () => {
    const tunings = new MemoryTunings();
    await start({ tunings });
    const plan = { ...trainingPlan, jobName: 'pumps-20261121-10-fedcba987654', manifestHash: 'fedcba9876543210' };
    await expect(start({ tunings }, { plan })).rejects.toMatchObject({
      name: 'BudgetExceeded',
      message: expect.stringMatching(/^0 training jobs .* and 9 more are to be, 6 are allowed/) as string,
    });
  });

  test('does not keep a run from the tuning job that it has started', async () => {
    const tunings = await tuned({ [name]: 'Completed' });
    const jobs = Array.from({ length: 6 }, (_, index) => recent(`${name}-00${index}-x`));
    expect(await start({ tunings, jobs: jobs.reduce((all, job) => all.put(job), new MemoryJobs()) })).toMatchObject({
      started: false,
    });
  });
});

describe('what the function that starts a tuning job is given', () => {
  test('is the event of StartTraining', () => {
    const given = { ...event, plan: { ...trainingPlan, statements: {} }, capacity: { onDemand: true } };
    expect(parseStartTuningEvent(given)).toEqual({ ...event, capacity: { onDemand: true } });
    expect(() => parseStartTuningEvent({ ...given, card: undefined })).toThrow('card is missing');
  });

  test.each([
    [{ TUNING_JOBS: '0' }, 'TUNING_JOBS is "0"'],
    [{ PARALLEL_TUNING_JOBS: 'two' }, 'PARALLEL_TUNING_JOBS'],
    [{ TRIAL_PREFIX: 'trials' }, 'TRIAL_PREFIX'],
    [{ TUNING_NAME_PREFIX: '' }, 'TUNING_NAME_PREFIX is not set'],
  ])('is refused with %j', (change, message) => {
    expect(() => parseStartTuningConfig({ ...environment, ...change }, () => domain)).toThrow(message);
  });

  test('is refused for a domain that does not say what to search for', () => {
    expect(() => parseStartTuningConfig(environment, () => untuned)).toThrow('domain pumps does not say what to search for');
  });
});
