import { Duration } from 'aws-cdk-lib';
import { scoringMetrics } from '../../../core/metrics';
import { queueMetrics, scoringStepMetrics, workflowMetrics } from '../metrics';
import type { Watched } from '../watched';
import { atOnce, type AlarmDefinition } from './alarm-definition';

/** Are rows scored? */
export function scoringAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { scoringLateHours } = watched.config.monitoring;
  const { deadLetterQueueName } = watched.scoring;
  const workflow = workflowMetrics(watched.scoring);
  const ended: readonly { how: string; says: string; of?: string }[] = [
    { how: 'Failed', says: 'A scoring run failed.' },
    { how: 'TimedOut', says: 'A scoring run took longer than it may.', of: 'timed-out' },
    { how: 'Aborted', says: 'A scoring run was stopped.', of: 'aborted' },
  ];
  return [
    // One each, as with the training.
    ...ended.map(({ how, ...alarm }): AlarmDefinition => ({
      ...alarm,
      kind: 'scoring-failed',
      severity: 'ticket',
      metric: workflow(`Executions${how}`, 'Sum'),
      when: { above: 0 },
      holding: atOnce,
      missing: 'notBreaching',
      event: true,
    })),
    {
      kind: 'scoring-late',
      severity: 'ticket',
      says: `Rows have waited for more than ${scoringLateHours} hours to be scored.`,
      metric: scoringStepMetrics(watched)(scoringMetrics.unscored, 'Maximum', { period: Duration.minutes(5) }),
      when: { above: scoringLateHours * 3_600 },
      holding: atOnce,
      // Written when a batch is planned: whether that happens at all is told by the other two.
      missing: 'notBreaching',
      event: true,
    },
    {
      kind: 'scoring-not-started',
      severity: 'ticket',
      says: 'The schedule could not start a scoring run. The next run scores what this one would have.',
      metric: queueMetrics(deadLetterQueueName)('ApproximateNumberOfMessagesVisible', 'Maximum'),
      when: { above: 0 },
      holding: atOnce,
      missing: 'notBreaching',
    },
  ];
}
