import { Duration } from 'aws-cdk-lib';
import { isAbsenceWatchable } from '../../config/schedule';
import { trainingMetrics } from '../../../core/metrics';
import { queueMetrics, trainingStepMetrics, workflowMetrics } from '../metrics';
import type { Watched } from '../watched';
import { atOnce, inEach, type AlarmDefinition } from './alarm-definition';

/** Are models made? */
export function trainingAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { config, deadLetterQueueName } = watched;
  const { trainingAbsenceHours } = config.monitoring;
  const workflow = workflowMetrics(watched);
  const ended: readonly { how: string; says: string; of?: string }[] = [
    { how: 'Failed', says: 'A training run failed.' },
    { how: 'TimedOut', says: 'A training run took longer than it may.', of: 'timed-out' },
    { how: 'Aborted', says: 'A training run was stopped.', of: 'aborted' },
  ];
  // One each, rather than their sum: of what does not happen Step Functions writes nothing, and a sum with nothing is nothing.
  const failures = ended.map(({ how, ...alarm }): AlarmDefinition => ({
    ...alarm,
    kind: 'training-failed',
    severity: 'ticket',
    metric: workflow(`Executions${how}`, 'Sum'),
    when: { above: 0 },
    holding: atOnce,
    missing: 'notBreaching',
    event: true,
  }));
  const absence: readonly AlarmDefinition[] =
    config.training.scheduled && isAbsenceWatchable(config.training.schedule)
      ? [
          {
            kind: 'training-absent',
            severity: 'ticket',
            says: `No training run has succeeded for ${trainingAbsenceHours} hours.`,
            metric: workflow('ExecutionsSucceeded', 'Sum'),
            when: { below: 1 },
            holding: inEach(trainingAbsenceHours, Duration.hours(1)),
            missing: 'breaching',
          },
        ]
      : [];
  const notStarted: AlarmDefinition = {
    kind: 'training-not-started',
    severity: 'ticket',
    says: 'The schedule could not start a training run. What it would have started lies in the dead-letter queue.',
    metric: queueMetrics(deadLetterQueueName)('ApproximateNumberOfMessagesVisible', 'Maximum'),
    when: { above: 0 },
    holding: atOnce,
    missing: 'notBreaching',
  };
  // Rings beside training-failed: it says where to look, at the consumers and not at the training.
  const windowNotClosed: AlarmDefinition = {
    kind: 'window-not-closed',
    severity: 'ticket',
    says: 'A training run has waited for its window as long as it may: not every shard is read to the end of it.',
    metric: trainingStepMetrics(watched)(trainingMetrics.windowsOverdue, 'Sum'),
    when: { above: 0 },
    holding: atOnce,
    missing: 'notBreaching',
    event: true,
  };
  return [windowNotClosed, ...failures, ...absence, notStarted];
}
