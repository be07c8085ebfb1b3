import { z } from 'zod';
import { integer, topicArn } from './shared';

/** What is watched, when it is an alarm, and who hears of it. */
export const monitoringSchema = z
  .strictObject({
    alarms: z.boolean().default(true).describe('Whether alarms are made; the dashboard always is.'),
    emails: z
      .array(z.email().meta({ allowed: 'an e-mail address' }))
      .max(20)
      .default([])
      .describe('Who is written to, by alarms and by training. Each has to confirm once.'),
    topicArn: topicArn
      .exactOptional()
      .describe('An SNS topic that alarms and the outcomes of training go to, instead of one of the pipeline’s own.'),
    pageTopicArn: topicArn
      .exactOptional()
      .describe('An SNS topic that only the alarms go to for which a person is needed at once, beside where all of them go.'),
    runbookUrl: z
      .string()
      .regex(/^[\x21\x22\x24-\x7e]{1,300}$/)
      .default('docs/runbook.md')
      .meta({
        allowed: 'where docs/runbook.md is read, such as https://git.example.com/iot/blob/main/docs/runbook.md',
        description: 'The runbook as alarms name it: its file, or better the address at which a person on call can open it.',
      }),
    lagSeconds: integer(10, 86_400)
      .default(300)
      .meta({ unit: 'seconds', description: 'Records that wait longer than this to be read are an alarm.' }),
    stalledShardSeconds: integer(60, 86_400)
      .default(600)
      .meta({ unit: 'seconds', description: 'A shard that has data and does not advance for this long is an alarm.' }),
    quarantinePercent: z
      .number()
      .min(0)
      .max(100)
      .default(5)
      .meta({ unit: '%', description: 'A greater share of records in quarantine is an alarm.' }),
    deliveryFreshnessSeconds: integer(120, 86_400).default(900).meta({
      unit: 'seconds',
      description: 'Rows that wait longer than this in Firehose are an alarm; more than delivery.bufferIntervalSeconds.',
    }),
    silenceMinutes: integer(5, 1_440)
      .default(15)
      .meta({ unit: 'minutes', description: 'A stream without a record for this long is an alarm.' }),
    trainingAbsenceHours: integer(1, 24 * 7)
      .default(26)
      .meta({
        unit: 'hours',
        description:
          'No successful training run for this long is an alarm, while the schedule is on and runs are less than a week apart.',
      }),
    scoringLateHours: integer(1, 24 * 7)
      .default(3)
      .meta({
        unit: 'hours',
        description:
          'Rows that have waited longer than this to be scored, when a batch is planned, are an alarm; more than lies between two batches.',
      }),
  })
  .readonly();

export type MonitoringConfig = z.output<typeof monitoringSchema>;
