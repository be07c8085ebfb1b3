import { describeJob } from '../../../../local/aws/sagemaker/describe-job';
import { MetricCollector } from '../../../../local/aws/sagemaker/metric-definitions';
import { created, isOver, moved } from '../../../../local/aws/sagemaker/training-job';
import { parseTrainingRequest } from '../../../../local/aws/sagemaker/training-request';
import { trainingRequest } from './fixtures';

const job = created(parseTrainingRequest({ ...trainingRequest() }), 'arn', 1000);

describe('the state of a training job', () => {
  test('closes each transition when the next begins', () => {
    const failed = moved(moved(job, 'Downloading', 2000), 'Failed', 3500, { failureReason: 'no data' });
    expect(describeJob(failed)).toMatchObject({
      TrainingJobStatus: 'Failed',
      SecondaryStatus: 'Failed',
      FailureReason: 'no data',
      CreationTime: 1,
      TrainingEndTime: 3.5,
      SecondaryStatusTransitions: [
        { Status: 'Starting', StartTime: 1, EndTime: 2 },
        { Status: 'Downloading', StartTime: 2, EndTime: 3.5 },
        { Status: 'Failed', StartTime: 3.5, EndTime: 3.5, StatusMessage: 'no data' },
      ],
    });
  });

  test('stays Stopping through the upload until it is over', () => {
    const uploading = moved(moved(job, 'Stopping', 2000), 'Uploading', 3000);
    expect(uploading.status).toBe('Stopping');
    expect(moved(uploading, 'Stopped', 4000).status).toBe('Stopped');
  });

  test('does not change once it is over', () => {
    const completed = moved(job, 'Completed', 2000);
    expect(isOver(completed)).toBe(true);
    expect(() => moved(completed, 'Training', 3000)).toThrow('it cannot become Training');
  });

  test('bills the time in training', () => {
    const completed = moved(moved(moved(job, 'Training', 10_000), 'Uploading', 12_100), 'Completed', 60_000);
    expect(describeJob(completed)).toMatchObject({ TrainingTimeInSeconds: 3, BillableTimeInSeconds: 3, TrainingStartTime: 10 });
  });
});

test('the final value of a metric is the last one in the log; a line of another kind, or a value that is no number, is none', () => {
  const metrics = new MetricCollector();
  metrics.add('[0]#011train-auc:0.5#011validation-auc:0.4', 1);
  metrics.add('[1]#011train-auc:0.75#011validation-auc:nan', 2);
  metrics.add('train-auc:1.0', 3);
  metrics.add('[12:00:00:INFO] Train matrix has 10 rows', 4);
  metrics.add('[2]#011validation-error@0.7:0.25', 5);
  expect(metrics.final()).toEqual([
    { name: 'train:auc', value: 0.75, at: 2 },
    { name: 'validation:auc', value: 0.4, at: 1 },
    { name: 'validation:error@0.7', value: 0.25, at: 5 },
  ]);
});
