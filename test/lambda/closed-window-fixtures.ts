import type { Domain } from '../../core/domain';
import { domain } from './fixtures';

/** The small domain, with a training set that has every split. */
export const closedWindowDomain: Domain = {
  ...domain,
  trainingSet: {
    ...domain.trainingSet,
    lookBackDays: { repairs: 2 },
    sql: ({ window: { start, end }, arrivedBefore }) =>
      `SELECT device_id, device_bucket, sequence, event_time, flow, speed, label FROM readings WHERE t >= ${start} AND t < ${end} AND a < ${arrivedBefore}`,
    holdOut: { testBuckets: 15, validationBuckets: 15, time: { days: 1, embargoHours: 6 } },
  },
};
