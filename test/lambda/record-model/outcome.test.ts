import { failureReasonOf, outcomeOf, type EndedJob } from '../../../lambda/record-model/outcome';

const spot = { EnableManagedSpotTraining: true };
const noCapacity = 'CapacityError: Unable to provision requested ML compute capacity.';
const waited: EndedJob = { TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxWaitTimeExceeded' };
const refused: EndedJob = { TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: noCapacity };

describe('the outcome of a training job', () => {
  test.each<[string, EndedJob, string]>([
    ['is complete', { ...spot, TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' }, 'trained'],
    ['waited too long for spot capacity', { ...spot, ...waited }, 'no-spot'],
    ['was refused spot capacity', { ...spot, ...refused }, 'no-spot'],
    ['was refused capacity on demand', refused, 'failed'],
    ['ran too long', { ...spot, TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' }, 'failed'],
    ['was stopped by a person', { ...spot, TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' }, 'failed'],
    [
      'failed by its data',
      { ...spot, TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: 'ClientError: no CapacityError' },
      'failed',
    ],
  ])('that %s', (_what, job, outcome) => {
    expect(outcomeOf(job)).toBe(outcome);
  });

  test.each<[EndedJob, string]>([
    [refused, noCapacity],
    [
      { ...waited, StoppingCondition: { MaxWaitTimeInSeconds: 7200 } },
      'waited for spot capacity, and ran, longer than it may, 7200 seconds',
    ],
    [
      { TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded', StoppingCondition: { MaxRuntimeInSeconds: 60 } },
      'ran longer than it may, 60 seconds',
    ],
    [{ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' }, 'was stopped: by a person'],
    [{ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: '' }, 'gave no reason'],
  ])('%# is explained to a person', (job, reason) => {
    expect(failureReasonOf(job)).toContain(reason);
  });
});
