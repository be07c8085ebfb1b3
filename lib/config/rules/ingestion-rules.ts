import { refuse, type Rule } from './rule';

/** The ways onto the stream. */
export const ingestionRules: readonly Rule[] = [
  {
    asks: '`ingestion.provisioningHookArn` needs `ingestion.iotCore`',
    because: 'without IoT Core nothing is provisioned, and nobody asks it',
    check: ({ ingestion: { iotCore, provisioningHookArn } }) =>
      provisioningHookArn !== undefined && !iotCore
        ? refuse('ingestion.provisioningHookArn', provisioningHookArn, 'left out while ingestion.iotCore is false')
        : undefined,
  },
];
