import fc from 'fast-check';
import { TrainingError } from '../../../../lambda/shared/training-error';
import { attemptsPerPlan, nextAttempt, trainingJobs, tuningJobs } from '../../../../lambda/shared/job/attempts';

const seed = 1;
const next = (statuses: Readonly<Record<string, string>>) => nextAttempt(trainingJobs, 'job', new Map(Object.entries(statuses)));

describe('the attempts to train on the same data', () => {
  test.each([
    ['starts the first one', {}, { kind: 'start', jobName: 'job' }],
    ['goes on with one that runs', { job: 'InProgress' }, { kind: 'reuse', jobName: 'job' }],
    ['goes on with one that is complete', { job: 'Completed' }, { kind: 'reuse', jobName: 'job' }],
    ['starts a second one after one that failed', { job: 'Failed' }, { kind: 'start', jobName: 'job-2' }],
    ['starts a second one while one is being stopped', { job: 'Stopping' }, { kind: 'start', jobName: 'job-2' }],
    ['starts a third one', { job: 'Failed', 'job-2': 'Stopped' }, { kind: 'start', jobName: 'job-3' }],
    ['goes on with a later one', { job: 'Stopped', 'job-2': 'Completed' }, { kind: 'reuse', jobName: 'job-2' }],
    [
      'passes over jobs of other data',
      { 'job-of-others': 'Completed', 'job-22': 'Completed' },
      { kind: 'start', jobName: 'job' },
    ],
  ])('%s', (_what, statuses, attempt) => {
    expect(next(statuses)).toEqual(attempt);
  });

  test('end with the ninth', () => {
    const failed = Array.from({ length: 9 }, (_, index) => [index === 0 ? 'job' : `job-${index + 1}`, 'Failed']);
    const exhausted = () => next(Object.fromEntries(failed) as Record<string, string>);
    expect(exhausted).toThrow(TrainingError);
    expect(exhausted).toThrow('9 training jobs on the same data, job to job-9, have failed');
    expect(next(Object.fromEntries(failed.slice(0, 8)) as Record<string, string>)).toEqual({ kind: 'start', jobName: 'job-9' });
  });

  test('need room in the name', () => {
    const longest = 'x'.repeat(61);
    expect(nextAttempt(trainingJobs, longest, new Map([[longest, 'Failed']]))).toEqual({
      kind: 'start',
      jobName: `${longest}-2`,
    });
    expect(() => nextAttempt(trainingJobs, 'x'.repeat(62), new Map())).toThrow('at most 61 leave room for attempts');
    expect(nextAttempt(tuningJobs, 'x'.repeat(30), new Map())).toMatchObject({ kind: 'start' });
    expect(() => nextAttempt(tuningJobs, 'x'.repeat(31), new Map())).toThrow('at most 30 leave room for attempts');
  });

  test(`never start a name that is taken, nor train when a job is of use (seed ${seed})`, () => {
    const statuses = fc.constantFrom('InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped');
    fc.assert(
      fc.property(fc.array(statuses, { maxLength: attemptsPerPlan - 1 }), (history) => {
        const known = new Map(history.map((status, index) => [index === 0 ? 'job' : `job-${index + 1}`, status]));
        const { kind, jobName } = nextAttempt(trainingJobs, 'job', known);
        const isThereOne = history.some((status) => status === 'InProgress' || status === 'Completed');
        expect(kind).toBe(isThereOne ? 'reuse' : 'start');
        expect(known.has(jobName)).toBe(isThereOne);
      }),
      { seed },
    );
  });
});
