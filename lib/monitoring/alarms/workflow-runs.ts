import { queueMetrics, workflowMetrics, type WatchedWorkflow } from '../metrics';
import { atOnce, type AlarmDefinition } from './alarm-definition';

/** Runs of a workflow that came to no good end, and starts that came to nothing. */
export interface RunAlarms {
  /** A run failed, took too long, or was stopped: one alarm each. */
  readonly failures: readonly AlarmDefinition[];
  /** A start lies in the dead-letter queue. */
  readonly notStarted: AlarmDefinition;
}

/**
 * What is to be told of the runs of any workflow.
 * @param workflow its name: the alarms are `<name>-failed`, `-failed-timed-out`, `-failed-aborted` and `-not-started`
 * @param says the state of affairs when each rings, as a sentence
 */
export function runAlarms(
  workflow: string,
  watched: WatchedWorkflow,
  says: { readonly failed: string; readonly timedOut: string; readonly aborted: string; readonly notStarted: string },
): RunAlarms {
  const runs = workflowMetrics(watched);
  const ended: readonly { readonly how: string; readonly says: string; readonly of?: string }[] = [
    { how: 'Failed', says: says.failed },
    { how: 'TimedOut', says: says.timedOut, of: 'timed-out' },
    { how: 'Aborted', says: says.aborted, of: 'aborted' },
  ];
  const happened = { severity: 'ticket', when: { above: 0 }, holding: atOnce, missing: 'notBreaching' } as const;
  return {
    // One each, rather than their sum: of what does not happen Step Functions writes nothing, and a sum with nothing is nothing.
    failures: ended.map(({ how, ...alarm }) => ({
      ...happened,
      ...alarm,
      kind: `${workflow}-failed`,
      metric: runs(`Executions${how}`, 'Sum'),
      event: true,
    })),
    notStarted: {
      ...happened,
      kind: `${workflow}-not-started`,
      says: says.notStarted,
      metric: queueMetrics(watched.deadLetterQueueName)('ApproximateNumberOfMessagesVisible', 'Maximum'),
    },
  };
}
