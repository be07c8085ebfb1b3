import { consumerMetricNamespace } from '../../../core/metrics';
import { applicationMetrics } from '../../../ops/cost/measured';
import { emittedMetrics } from '../../lib/monitoring/emitted-metrics';

test('the consumer writes as many metrics as a month is billed for', async () => {
  const written = await emittedMetrics();
  const ofApplication = written.filter(({ namespace }) => namespace === consumerMetricNamespace);
  expect(new Set(ofApplication.map(({ name, dimensions }) => [name, ...dimensions].join(' '))).size).toBe(applicationMetrics);
});
