import { consumerMetricNamespace } from '../../../core/metrics';
import { applicationMetrics, deviceItemBytes, deviceStateBytes, previousStateShare } from '../../../ops/cost/measured';
import { emittedMetrics } from '../../lib/monitoring/emitted-metrics';
import { deviceItems } from './device-items';

test('the consumer writes as many metrics as a month is billed for', async () => {
  const written = await emittedMetrics();
  const ofApplication = written.filter(({ namespace }) => namespace === consumerMetricNamespace);
  expect(new Set(ofApplication.map(({ name, dimensions }) => [name, ...dimensions].join(' '))).size).toBe(applicationMetrics);
});

test.each([1, 12, 60])(
  'the item of a device that is stored every %i messages is as large as a month is billed for',
  (between) => {
    const { item, previous, state } = deviceItems(between);
    expect(Math.abs(state / deviceStateBytes - 1)).toBeLessThan(0.05);
    expect(Math.abs(previous / state - previousStateShare(between))).toBeLessThan(0.06);
    expect(Math.abs(item / (deviceItemBytes + deviceStateBytes * (1 + previousStateShare(between))) - 1)).toBeLessThan(0.05);
  },
);
