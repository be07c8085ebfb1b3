import { Duration } from 'aws-cdk-lib';
import { trainingMetrics } from '../../../core/metrics';
import { trainingStepMetrics, workflowMetrics } from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';
import { runsGraph } from './workflow-runs';

/** Whether models are made, what becomes of them, and what keeps them from being made. */
export function trainingGraphs(watched: Watched): readonly Graph[] {
  const workflow = workflowMetrics(watched);
  const steps = trainingStepMetrics(watched);
  const anHour = { period: Duration.hours(1) };
  return [
    runsGraph('Training runs', watched),
    {
      title: 'Waiting for the window',
      axis: 'seconds',
      limit: watched.config.training.windowLimitSeconds,
      left: [steps(trainingMetrics.windowOpen, 'Maximum', { label: 'Open for' })],
      right: [steps(trainingMetrics.windowsOverdue, 'Sum', { label: 'Given up', ...anHour })],
      rightAxis: 'runs an hour',
    },
    {
      title: 'A training run',
      axis: 'milliseconds',
      left: [workflow('ExecutionTime', 'Maximum', { label: 'From start to end', ...anHour })],
    },
    {
      title: 'Models',
      axis: 'models a day',
      left: [
        steps(trainingMetrics.modelsApproved, 'Sum', { label: 'Approved', period: Duration.days(1) }),
        steps(trainingMetrics.modelsAwaitingApproval, 'Sum', { label: 'Await approval', period: Duration.days(1) }),
        steps(trainingMetrics.modelsRejected, 'Sum', { label: 'Rejected', period: Duration.days(1) }),
      ],
    },
  ];
}
