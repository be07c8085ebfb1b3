import { Duration } from 'aws-cdk-lib';
import { scoringMetrics } from '../../../core/metrics';
import { queueMetrics, scoringStepMetrics, workflowMetrics } from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';

const hour = Duration.hours(1);

/** What the model in use says of new rows: how many, how late, and what fails. */
export function scoringGraphs(watched: Watched): readonly Graph[] {
  const { config, scoring } = watched;
  const steps = scoringStepMetrics(watched);
  const workflow = workflowMetrics(scoring);
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
    {
      title: 'Scoring runs',
      axis: 'runs an hour',
      left: [
        workflow('ExecutionsSucceeded', 'Sum', { label: 'Succeeded', period: hour }),
        workflow('ExecutionsFailed', 'Sum', { label: 'Failed', period: hour }),
        workflow('ExecutionsTimedOut', 'Sum', { label: 'Took too long', period: hour }),
        workflow('ExecutionsAborted', 'Sum', { label: 'Stopped', period: hour }),
        queueMetrics(scoring.deadLetterQueueName)('ApproximateNumberOfMessagesVisible', 'Maximum', {
          label: 'Not started: dead letters',
          period: hour,
        }),
      ],
    },
  ];
}
