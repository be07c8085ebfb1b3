import { endpointMetrics } from '../metrics';
import type { Watched } from '../watched';
import { aQuarter, type AlarmDefinition } from './alarm-definition';
import { runAlarms } from './workflow-runs';

/** Does the model in use answer? */
export function endpointAlarms(endpoint: NonNullable<Watched['endpoint']>): readonly AlarmDefinition[] {
  const { failures, notStarted } = runAlarms('deployment', endpoint, {
    failed: 'The model in use could not be brought to its endpoint.',
    timedOut: 'A deployment of the model in use took longer than it may.',
    aborted: 'A deployment of the model in use was stopped.',
    notStarted: 'A decision on a model could not start a deployment. The next one, or a run by hand, makes up for it.',
  });
  return [
    ...failures,
    {
      kind: 'endpoint-errors',
      severity: 'ticket',
      says: 'For a quarter of an hour the model has failed on requests to its endpoint.',
      metric: endpointMetrics(endpoint)('Invocation5XXErrors', 'Sum'),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    notStarted,
  ];
}
