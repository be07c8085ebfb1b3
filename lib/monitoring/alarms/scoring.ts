import { Duration } from 'aws-cdk-lib';
import { scoringMetrics } from '../../../core/metrics';
import { scoringStepMetrics } from '../metrics';
import type { Watched } from '../watched';
import { atOnce, type AlarmDefinition } from './alarm-definition';
import { runAlarms } from './workflow-runs';

/** Are rows scored? */
export function scoringAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { scoringLateHours } = watched.config.monitoring;
  const { failures, notStarted } = runAlarms('scoring', watched.scoring, {
    failed: 'A scoring run failed.',
    timedOut: 'A scoring run took longer than it may.',
    aborted: 'A scoring run was stopped.',
    notStarted: 'The schedule could not start a scoring run. The next run scores what this one would have.',
  });
  return [
    ...failures,
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
    notStarted,
  ];
}
