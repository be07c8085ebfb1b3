import { z } from 'zod';
import { integer } from './shared';

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
  })
  .readonly();

export type ScoringConfig = z.output<typeof scoringSchema>;
