import { TrainingError } from '../../../lambda/shared/training-error';
import { parseStartTrainingConfig } from '../../../lambda/start-training/config';
import { parseStartTrainingEvent, type StartTrainingEvent } from '../../../lambda/start-training/event';
import { startTraining } from '../../../lambda/start-training/logic';
import { domain } from '../fixtures';
import { apiError, describedJob, MemoryJobs, trainingCard, trainingPlan } from '../training-fixtures';
import { environment } from './environment';

const now = Date.parse('2026-11-20T12:00:00Z');
const event: StartTrainingEvent = { plan: trainingPlan, card: trainingCard, capacity: { onDemand: false }, force: false };
const { jobName } = trainingPlan;
const spot = { ...environment, USE_SPOT: 'true' };

function start(jobs: MemoryJobs, change: Partial<StartTrainingEvent> = {}, env: Readonly<Record<string, string>> = spot) {
  const config = parseStartTrainingConfig(env, () => domain);
  return startTraining(jobs, config, { ...event, ...change }, now);
}

describe('starting a training job', () => {
  test('starts it once, on the channels of the plan, with tags that name its data', async () => {
    const jobs = new MemoryJobs();
    const answer = { jobName, started: true, onDemand: false, rows: trainingCard.rows };
    expect(await start(jobs)).toEqual(answer);
    expect(await start(jobs)).toEqual({ ...answer, started: false });
    expect(jobs.requests).toHaveLength(1);
    expect(jobs.requests[0]).toMatchObject({
      TrainingJobName: jobName,
      EnableManagedSpotTraining: true,
      Tags: [
        { Key: 'stage', Value: 'test' },
        { Key: 'domain', Value: 'pumps' },
        { Key: 'manifest-uri', Value: trainingPlan.manifestUri },
        { Key: 'manifest-sha256', Value: trainingPlan.manifestHash },
        { Key: 'window-start', Value: trainingPlan.window.start },
        { Key: 'window-end', Value: trainingPlan.window.end },
        { Key: 'cutoff', Value: trainingPlan.cutoff },
      ],
    });
  });

  test('starts another attempt after one that left no model', async () => {
    const jobs = new MemoryJobs().put(describedJob(jobName, { TrainingJobStatus: 'Failed' }));
    expect(await start(jobs)).toMatchObject({ jobName: `${jobName}-2`, started: true });
    expect(await start(jobs)).toMatchObject({ jobName: `${jobName}-2`, started: false });
  });

  test('does without spot capacity when it is told that there was none, and says so', async () => {
    const jobs = new MemoryJobs().put(
      describedJob(jobName, { TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxWaitTimeExceeded' }),
    );
    const answer = await start(jobs, { capacity: { onDemand: true } });
    expect(answer).toMatchObject({ jobName: `${jobName}-2`, started: true, onDemand: true });
    expect(jobs.requests[0]).not.toHaveProperty('EnableManagedSpotTraining');
    expect(await start(jobs)).toMatchObject({ jobName: `${jobName}-2`, started: false, onDemand: true });
  });

  test('says that it does without spot capacity when the configuration has none', async () => {
    expect(await start(new MemoryJobs(), {}, environment)).toMatchObject({ started: true, onDemand: true });
  });

  test('weighs positive rows as the domain asks', async () => {
    const jobs = new MemoryJobs();
    const balanced = { ...domain, trainingSet: { ...domain.trainingSet, classBalance: 'balanced' as const } };
    await startTraining(
      jobs,
      parseStartTrainingConfig(spot, () => balanced),
      event,
      now,
    );
    expect(jobs.requests[0]?.HyperParameters).toEqual({ ...domain.trainingSet.hyperparameters, scale_pos_weight: '9' });
  });

  test('trains with what a tuning job has found, and names it', async () => {
    const jobs = new MemoryJobs();
    const tuned = { tuningJobName: 'pumps-01234567', hyperparameters: { eta: '0.0812', num_round: '7' } };
    await start(jobs, { tuned });
    expect(jobs.requests[0]?.HyperParameters).toEqual({ objective: 'reg:squarederror', num_round: '7', eta: '0.0812' });
    expect(jobs.requests[0]?.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'tuning-job', Value: 'pumps-01234567' },
        { Key: 'tuned-eta', Value: '0.0812' },
      ]),
    );
  });

  test.each([
    ['Completed', jobName, false],
    ['InProgress', jobName, false],
    ['Failed', `${jobName}-2`, true],
  ] as const)('meets a job that the listing did not show, %s', async (TrainingJobStatus, name, started) => {
    const jobs = new MemoryJobs().put(describedJob(jobName, { TrainingJobStatus }));
    jobs.unlisted.add(jobName);
    expect(await start(jobs)).toMatchObject({ jobName: name, started });
  });

  test.each([
    ['ResourceLimitExceeded', 'ResourceLimitExceeded'],
    ['ThrottlingException', 'ThrottlingException'],
    ['TooManyRequestsException', 'ThrottlingException'],
    ['ValidationException', 'TrainingRequestInvalid'],
    ['ResourceNotFound', 'TrainingRequestInvalid'],
    ['AccessDeniedException', 'TrainingAccessDenied'],
    ['SomethingElse', 'SomethingElse'],
  ])('ends with %s as %s', async (given, name) => {
    const jobs = new MemoryJobs();
    jobs.failing = apiError(given);
    await expect(start(jobs)).rejects.toMatchObject({ name, message: expect.stringContaining(`${given} it is`) as string });
  });

  test('ends with a fault of the service under a name to retry by', async () => {
    const jobs = new MemoryJobs();
    jobs.failing = apiError('InternalFailure', { $fault: 'server' });
    await expect(start(jobs)).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: `CreateTrainingJob ${jobName}: InternalFailure it is`,
      cause: jobs.failing,
    });
  });

  test('ends with an error of a listing or a description under its name as well', async () => {
    const throttled = async (): Promise<never> => Promise.reject(apiError('ThrottlingException'));
    await expect(start(Object.assign(new MemoryJobs(), { list: throttled }))).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: `ListTrainingJobs ${jobName}: ThrottlingException it is`,
    });
    const jobs = new MemoryJobs().put(describedJob(jobName));
    await expect(start(Object.assign(jobs, { describe: throttled }))).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: `DescribeTrainingJob ${jobName}: ThrottlingException it is`,
    });
  });
});

describe('the budget of a day', () => {
  const limited = spot;
  const recent = (name: string, hours: number) =>
    describedJob(name, {
      CreationTime: new Date(now - 3_600_000),
      TrainingStartTime: new Date(now - hours * 3_600_000),
      TrainingEndTime: new Date(now),
    });

  test('lets a job start below it, and counts neither jobs of others nor those of the day before', async () => {
    const jobs = new MemoryJobs()
      .put(recent('pumps-a', 1))
      .put(recent('pumps-b', 1))
      .put(recent('pumps2-c', 9))
      .put(describedJob('pumps-old', { CreationTime: new Date(now - 25 * 3_600_000) }));
    expect(await start(jobs, {}, limited)).toMatchObject({ started: true });
  });

  test.each<[string, [string, number][], string]>([
    [
      'jobs',
      [
        ['pumps-a', 0],
        ['pumps-b', 0],
        ['pumps-c', 0],
      ],
      '3 training jobs were started within 24 hours, 3 are allowed',
    ],
    [
      'hours',
      [
        ['pumps-a', 3],
        ['pumps-b', 2.5],
      ],
      'training took 5.50 instance hours within 24 hours, 5 are allowed',
    ],
  ])('holds a job back when its %s are used up', async (_what, given, reason) => {
    const jobs = new MemoryJobs();
    given.forEach(([name, hours]) => jobs.put(recent(name, hours)));
    await expect(start(jobs, {}, limited)).rejects.toMatchObject({
      name: 'BudgetExceeded',
      message: `${reason}; start the run with force to train nevertheless`,
    });
    expect(jobs.requests).toEqual([]);
    expect(await start(jobs, { force: true }, limited)).toMatchObject({ started: true, overBudget: reason });
  });

  test('counts the training jobs of tuning jobs, each once', async () => {
    const jobs = new MemoryJobs().put(recent('pumps-a', 0)).put(recent('tune-0123-001-x', 0)).put(recent('tune-0123-002-x', 0));
    expect(await start(jobs, {}, limited)).toMatchObject({ started: true });
    const others = new MemoryJobs().put(recent('pumps-a', 0)).put(recent('tune-0123-001-x', 0)).put(recent('tune-0123-002-x', 0));
    await expect(start(others, {}, { ...limited, TUNING_NAME_PREFIX: 'tune' })).rejects.toMatchObject({
      name: 'BudgetExceeded',
      message: expect.stringContaining('3 training jobs were started within 24 hours') as string,
    });
    const alike = new MemoryJobs().put(recent('pumps-a', 0)).put(recent('pumps-0123-001-x', 0));
    expect(await start(alike, {}, { ...limited, TUNING_NAME_PREFIX: 'pumps' })).toMatchObject({ started: true });
  });

  test('asks for no more descriptions than jobs may be started', async () => {
    const jobs = new MemoryJobs();
    Array.from({ length: 50 }, (_, index) => jobs.put(recent(`pumps-${index}-x`, 0)));
    await expect(start(jobs, {}, limited)).rejects.toMatchObject({ name: 'BudgetExceeded' });
    expect(jobs.described).toEqual([]);
  });

  test('does not keep a run from the job that it has started', async () => {
    const jobs = new MemoryJobs().put(recent(jobName, 9));
    expect(await start(jobs, {}, limited)).toMatchObject({ jobName, started: false });
  });
});

describe('the event of the start function', () => {
  test('is read as the workflow gives it, with what else the steps answered', () => {
    const given = {
      plan: { ...trainingPlan, statements: { examples: 'UNLOAD …' } },
      card: { ...trainingCard, status: 'passed', reason: 'all gates are passed' },
      capacity: { onDemand: true },
      force: false,
    };
    expect(parseStartTrainingEvent(given)).toEqual({ ...event, capacity: { onDemand: true } });
    expect(parseStartTrainingEvent({ ...given, force: true }).force).toBe(true);
    const tuned = { tuningJobName: 'pumps-01234567', hyperparameters: { eta: '0.1' } };
    expect(parseStartTrainingEvent({ ...given, tuned }).tuned).toEqual(tuned);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ plan: undefined }, 'plan is missing from the event'],
    [{ plan: { ...trainingPlan, status: 'nothing-to-train' } }, 'plan.status is not ready or built'],
    [{ plan: { ...trainingPlan, channels: { train: 's3://lake/x/' } } }, 'plan.channels.validation is missing'],
    [{ plan: { ...trainingPlan, tests: ['train'] } }, 'plan.tests is not a list of test_devices or test_time'],
    [{ plan: { ...trainingPlan, window: [] } }, 'plan.window is missing from the event, or is no object'],
    [{ plan: { ...trainingPlan, revision: '1' } }, 'plan.revision is not a number'],
    [{ card: { ...trainingCard, rows: { train: 'many' } } }, 'card.rows.train is not a number'],
    [{ card: { ...trainingCard, forced: undefined } }, 'card.forced is missing'],
    [{ capacity: {} }, 'capacity.onDemand is missing'],
    [{ force: 'yes' }, 'force is not true or false'],
    [{ tuned: { hyperparameters: {} } }, 'tuned.tuningJobName is missing'],
    [{ tuned: { tuningJobName: 'a', hyperparameters: { eta: 0.1 } } }, 'tuned.hyperparameters.eta is not a text'],
  ])('is refused with %j', (change, message) => {
    const parse = () => parseStartTrainingEvent({ ...event, ...change });
    expect(parse).toThrow(TrainingError);
    expect(parse).toThrow(message);
  });
});
