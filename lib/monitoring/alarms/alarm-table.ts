import type { Watched } from '../watched';
import type { AlarmDefinition } from './alarm-definition';
import { consumerAlarms } from './consumer';
import { deliveryAlarms } from './delivery';
import { endpointAlarms } from './endpoint';
import { intakeAlarms } from './intake';
import { readingAlarms } from './reading';
import { scoringAlarms } from './scoring';
import { trainingAlarms } from './training';

/**
 * Every alarm of the pipeline, from the devices to the model. docs/runbook.md has a section for each kind, and a test holds the two
 * together.
 */
export function alarmTable(watched: Watched): readonly AlarmDefinition[] {
  return [
    ...intakeAlarms(watched),
    ...readingAlarms(watched),
    ...consumerAlarms(watched),
    ...watched.deliveries.flatMap((delivery) => deliveryAlarms(watched, delivery)),
    ...trainingAlarms(watched),
    ...scoringAlarms(watched),
    ...(watched.endpoint === undefined ? [] : endpointAlarms(watched.endpoint)),
  ];
}
