import { z } from 'zod';
import { functionArn, integer, principalArn } from './shared';

/** How much the stream takes: as much as comes, or what N shards take (1 MiB/s and 1,000 records/s each). */
const capacity = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('on-demand').describe('As much as comes, from 4 MiB/s at the start; billed by the volume.') }),
  z.strictObject({
    mode: z.literal('provisioned').describe('What the shards take, 1 MiB/s and 1,000 records/s each; billed by the hour.'),
    shards: integer(1, 10_000).describe('Shards of the stream.'),
  }),
]);

/** The stream that every record comes in by, and the ways onto it. */
export const ingestionSchema = z
  .strictObject({
    capacity: capacity.default({ mode: 'on-demand' }).describe('How much the stream takes.'),
    retentionHours: integer(24, 365 * 24)
      .default(24)
      .meta({
        unit: 'hours',
        source: 'https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html',
        description: 'How long a record can be read again: the time there is to repair a consumer before data is lost.',
      }),
    iotCore: z
      .boolean()
      .default(true)
      .describe('Whether devices publish by MQTT to IoT Core: a topic rule, a policy and a provisioning template are made.'),
    provisioningHookArn: functionArn
      .exactOptional()
      .describe(
        'A function of the same account and region that IoT Core asks before a claim becomes a device. Left out: whoever has a claim certificate may, under a name still free. Needs iotCore.',
      ),
    undeliveredRetentionDays: integer(1, 36_500)
      .default(30)
      .meta({ unit: 'days', description: 'How long messages are kept that IoT Core could not put on the stream.' }),
    gatewayPrincipals: z
      .array(principalArn)
      .default([])
      .describe(
        'Who may take on the role of a gateway, which puts records on the stream itself. Without one there is no such role.',
      ),
  })
  .readonly();

export type IngestionConfig = z.output<typeof ingestionSchema>;
export type StreamCapacity = IngestionConfig['capacity'];
