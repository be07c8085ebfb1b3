import { metricsLine } from '../../../lambda/check-window/metrics';

const window = { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' };
const open = { window, force: false, reason: 'shard x is behind', waitedSeconds: 120 } as const;

describe('what a check of a window tells CloudWatch', () => {
  test('is for how long a run has waited, and why', () => {
    const line = JSON.parse(metricsLine({ ...open, status: 'open' }, 'app-dev-pumps', 1000) ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({
      _aws: {
        Timestamp: 1000,
        CloudWatchMetrics: [
          {
            Namespace: 'IotToModel/Training',
            Dimensions: [['Pipeline']],
            Metrics: [{ Name: 'WindowOpenSeconds', Unit: 'Seconds' }],
          },
        ],
      },
      level: 'info',
      Pipeline: 'app-dev-pumps',
      WindowOpenSeconds: 120,
      reason: 'shard x is behind',
    });
    expect(line).not.toHaveProperty('WindowsOverdue');
  });

  test('is that a run gives up', () => {
    const line = JSON.parse(metricsLine({ ...open, status: 'overdue' }, 'app-dev-pumps', 1000) ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'error', WindowOpenSeconds: 120, WindowsOverdue: 1 });
    expect(JSON.stringify(line._aws)).toContain('WindowsOverdue');
  });

  test('is nothing for a window that is closed', () => {
    const closed = { status: 'closed', window, force: false, cutoff: 'x', revision: 1, closingUri: 'y' } as const;
    expect(metricsLine(closed, 'app-dev-pumps', 1000)).toBeUndefined();
  });
});
