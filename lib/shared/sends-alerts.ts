import type { Domain } from '../../core/domain';
import type { PipelineConfig } from '../config/pipeline-config';

/** Whether the consumer has anything to tell, and is to tell it: only then are there a topic, the way to it, and alarms about it. */
export function sendsAlerts({ consumer }: PipelineConfig, { alerts }: Domain): boolean {
  return consumer.alerts && alerts !== undefined;
}
