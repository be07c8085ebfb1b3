import { Duration } from 'aws-cdk-lib';
import { scoringMetrics } from '../../../core/metrics';
import { scoringStepMetrics } from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';
import { runsGraph } from './workflow-runs';

const hour = Duration.hours(1);

/** What the model in use says of new rows: how many, how late, and what fails. */
export function scoringGraphs(watched: Watched): readonly Graph[] {
  const { config } = watched;
  const steps = scoringStepMetrics(watched);
  return [
    {
      title: 'Rows scored',
      axis: 'rows an hour',
      left: [steps(scoringMetrics.rows, 'Sum', { label: 'By the model in use', period: hour })],
    },
    {
      title: 'Until rows are scored',
      axis: 'seconds',
      limit: config.monitoring.scoringLateHours * 3_600,
      left: [
        steps(scoringMetrics.unscored, 'Maximum', {
          label: 'The oldest row, when a batch is planned',
          period: Duration.minutes(5),
        }),
      ],
    },
    runsGraph('Scoring runs', watched.scoring),
  ];
}
