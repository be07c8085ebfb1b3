import { z } from 'zod';
import { integer } from './shared';

/** The memory that a serverless endpoint may have: by the gigabyte. */
const endpointMemoryMiB = [1_024, 2_048, 3_072, 4_096, 5_120, 6_144] as const;

/** Whether the model in use answers requests, beside scoring in batches. */
const endpointSchema = z
  .strictObject({
    mode: z.enum(['none', 'serverless']).default('none').meta({
      source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html',
      description:
        'Whether the model in use answers requests: a serverless endpoint follows it, [what it takes and costs](scoring.md#an-endpoint).',
    }),
    memoryMiB: z.literal(endpointMemoryMiB).default(2_048).meta({
      unit: 'MiB',
      source: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html',
      description: 'Memory of the endpoint; its share of a processor grows with it.',
    }),
    maxConcurrency: integer(1, 200).default(5).meta({
      source: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html',
      description:
        'Requests that the endpoint answers at a time; more are throttled. Taken from the account’s limit in the region.',
    }),
  })
  .readonly();

/** What the model in use says of new rows. */
export const scoringSchema = z
  .strictObject({
    schedule: z
      .string()
      .regex(/^(?:rate|cron)\([^()]+\)$/)
      .default('rate(1 hour)')
      .meta({
        allowed: 'rate(...) or cron(...) as EventBridge Scheduler takes it',
        description: 'When rows are scored that have arrived since the last time, UTC.',
      }),
    scheduled: z.boolean().default(true).describe('Whether the schedule is on. Off, a batch is started by hand only.'),
    backfillHours: integer(1, 24 * 366)
      .default(24)
      .meta({
        unit: 'hours',
        description: 'How far back the first batch reaches, by arrival. Rows that arrived before are never scored.',
      }),
    memoryMiB: integer(512, 10_240).default(1_769).meta({
      unit: 'MiB',
      description:
        'Memory of the function that scores a file: 1,769 give it a whole processor. A row group of a file, 4 bytes per value, has to fit.',
    }),
    endpoint: endpointSchema.prefault({}).describe('Whether the model in use answers requests.'),
  })
  .readonly();

export type ScoringConfig = z.output<typeof scoringSchema>;
/** How large an endpoint is, where there is one. */
export type ServerlessEndpointConfig = Pick<ScoringConfig['endpoint'], 'memoryMiB' | 'maxConcurrency'>;
