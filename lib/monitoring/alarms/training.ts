import { Duration } from 'aws-cdk-lib';
import { isAbsenceWatchable } from '../../config/schedule';
import { trainingMetrics } from '../../../core/metrics';
import { trainingStepMetrics, workflowMetrics } from '../metrics';
import type { Watched } from '../watched';
import { atOnce, inEach, type AlarmDefinition } from './alarm-definition';
import { runAlarms } from './workflow-runs';

/** Are models made? */
export function trainingAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { config } = watched;
  const { trainingAbsenceHours } = config.monitoring;
  const { failures, notStarted } = runAlarms('training', watched, {
    failed: 'A training run failed.',
    timedOut: 'A training run took longer than it may.',
    aborted: 'A training run was stopped.',
    notStarted: 'The schedule could not start a training run. What it would have started lies in the dead-letter queue.',
  });
  const absence: readonly AlarmDefinition[] =
    config.training.scheduled && isAbsenceWatchable(config.training.schedule)
      ? [
          {
            kind: 'training-absent',
            severity: 'ticket',
            says: `No training run has succeeded for ${trainingAbsenceHours} hours.`,
            metric: workflowMetrics(watched)('ExecutionsSucceeded', 'Sum'),
            when: { below: 1 },
            holding: inEach(trainingAbsenceHours, Duration.hours(1)),
            missing: 'breaching',
          },
        ]
      : [];
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
