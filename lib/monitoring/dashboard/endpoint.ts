import { Duration } from 'aws-cdk-lib';
import { endpointMetrics } from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';
import { runsGraph } from './workflow-runs';

const fiveMinutes = Duration.minutes(5);

/** How the model in use answers requests: how many, how fast, and what fails. */
export function endpointGraphs(endpoint: NonNullable<Watched['endpoint']>): readonly Graph[] {
  const metrics = endpointMetrics(endpoint);
  return [
    {
      title: 'Requests to the endpoint',
      axis: 'requests in five minutes',
      left: [
        metrics('Invocations', 'Sum', { label: 'All', period: fiveMinutes }),
        metrics('Invocation4XXErrors', 'Sum', { label: 'Refused', period: fiveMinutes }),
        metrics('Invocation5XXErrors', 'Sum', { label: 'Failed', period: fiveMinutes }),
      ],
      right: [
        metrics('ServerlessConcurrentExecutionsUtilization', 'Maximum', {
          label: 'Of what it may at a time',
          period: fiveMinutes,
        }),
      ],
      rightAxis: 'share',
    },
    {
      title: 'Until the endpoint answers',
      axis: 'microseconds',
      left: [
        metrics('ModelLatency', 'p50', { label: 'The model, half of the requests', period: fiveMinutes }),
        metrics('ModelLatency', 'p99', { label: 'The model, 99 of 100', period: fiveMinutes }),
        metrics('OverheadLatency', 'p99', { label: 'SageMaker, cold starts included, 99 of 100', period: fiveMinutes }),
      ],
    },
    runsGraph('Deployments', endpoint),
  ];
}
