import { endpointMetrics, queueMetrics, workflowMetrics } from '../metrics';
import type { Watched } from '../watched';
import { aQuarter, atOnce, type AlarmDefinition } from './alarm-definition';

/** Does the model in use answer? */
export function endpointAlarms(endpoint: NonNullable<Watched['endpoint']>): readonly AlarmDefinition[] {
  const workflow = workflowMetrics(endpoint);
  const ended: readonly { how: string; says: string; of?: string }[] = [
    { how: 'Failed', says: 'The model in use could not be brought to its endpoint.' },
    { how: 'TimedOut', says: 'A deployment of the model in use took longer than it may.', of: 'timed-out' },
    { how: 'Aborted', says: 'A deployment of the model in use was stopped.', of: 'aborted' },
  ];
  return [
    // One each, as with the training.
    ...ended.map(({ how, ...alarm }): AlarmDefinition => ({
      ...alarm,
      kind: 'deployment-failed',
      severity: 'ticket',
      metric: workflow(`Executions${how}`, 'Sum'),
      when: { above: 0 },
      holding: atOnce,
      missing: 'notBreaching',
      event: true,
    })),
    {
      kind: 'endpoint-errors',
      severity: 'ticket',
      says: 'For a quarter of an hour the model has failed on requests to its endpoint.',
      metric: endpointMetrics(endpoint)('Invocation5XXErrors', 'Sum'),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    {
      kind: 'deployment-not-started',
      severity: 'ticket',
      says: 'A decision on a model could not start a deployment. The next one, or a run by hand, makes up for it.',
      metric: queueMetrics(endpoint.deadLetterQueueName)('ApproximateNumberOfMessagesVisible', 'Maximum'),
      when: { above: 0 },
      holding: atOnce,
      missing: 'notBreaching',
    },
  ];
}
