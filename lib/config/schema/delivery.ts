import { z } from 'zod';
import { integer } from './shared';

const days = () => integer(1, 36_500);

/** From the consumer to the lake, and the SQL over it. */
export const deliverySchema = z
  .strictObject({
    bufferSizeMiB: integer(64, 128).default(64).meta({
      unit: 'MiB',
      source: 'https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html',
      description: 'Firehose writes a file when this much has come in; 64 is the least with format conversion.',
    }),
    bufferIntervalSeconds: integer(60, 900).default(60).meta({
      unit: 'seconds',
      description: '... or this long after the first row: how late rows reach the lake. Less makes many small files.',
    }),
    csvIntake: z
      .boolean()
      .default(false)
      .describe(
        'Whether the delivery streams of the tables also take CSV lines, put on them by others than the consumer: a function turns each into a row.',
      ),
    quarantineRetentionDays: days().default(30).meta({
      unit: 'days',
      description: 'How long quarantined records, and rows that could not be converted, are kept to be repaired.',
    }),
    queryResultRetentionDays: days().default(1).meta({ unit: 'days', description: 'How long query results are kept.' }),
    queryScanLimitGiB: integer(1, 100_000)
      .default(10)
      .meta({ unit: 'GiB', description: 'A query that scans more is cancelled, and billed for what it scanned.' }),
  })
  .readonly();

export type DeliveryConfig = z.output<typeof deliverySchema>;
