import { metricsLine } from '../../../lambda/register-model/metrics';

const registered = { modelPackageArn: 'arn:package/3', version: 3, approval: 'Rejected', created: true } as const;

describe('the metrics of the registration', () => {
  test.each([
    ['Approved', 'ModelsApproved'],
    ['PendingManualApproval', 'ModelsAwaitingApproval'],
    ['Rejected', 'ModelsRejected'],
  ] as const)('count a model that is %s as %s', (approval, name) => {
    expect(JSON.parse(metricsLine({ ...registered, approval }, 'pumps', 7) ?? '')).toEqual({
      _aws: {
        Timestamp: 7,
        CloudWatchMetrics: [
          { Namespace: 'IotToModel/Training', Dimensions: [['Pipeline']], Metrics: [{ Name: name, Unit: 'Count' }] },
        ],
      },
      event: 'model-registered',
      level: 'info',
      Pipeline: 'pumps',
      [name]: 1,
      modelPackageArn: 'arn:package/3',
      version: 3,
    });
  });

  test('count no model twice', () => {
    expect(metricsLine({ ...registered, created: false }, 'pumps', 7)).toBeUndefined();
  });
});
