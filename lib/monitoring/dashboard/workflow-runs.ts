import { Duration } from 'aws-cdk-lib';
import { queueMetrics, workflowMetrics, type WatchedWorkflow } from '../metrics';
import type { Graph } from './graph';

/** How the runs of a workflow end, and starts that come to nothing. */
export function runsGraph(title: string, watched: WatchedWorkflow): Graph {
  const runs = workflowMetrics(watched);
  const period = Duration.hours(1);
  return {
    title,
    axis: 'runs an hour',
    left: [
      runs('ExecutionsStarted', 'Sum', { label: 'Started', period }),
      runs('ExecutionsSucceeded', 'Sum', { label: 'Succeeded', period }),
      runs('ExecutionsFailed', 'Sum', { label: 'Failed', period }),
      runs('ExecutionsTimedOut', 'Sum', { label: 'Took too long', period }),
      runs('ExecutionsAborted', 'Sum', { label: 'Stopped', period }),
      queueMetrics(watched.deadLetterQueueName)('ApproximateNumberOfMessagesVisible', 'Maximum', {
        label: 'Not started: dead letters',
        period,
      }),
    ],
  };
}
