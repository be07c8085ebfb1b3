import { z } from 'zod';
import { integer } from './shared';

/** The Fargate service that reads the stream. */
export const consumerSchema = z
  .strictObject({
    cpu: z
      .literal([256, 512, 1024, 2048, 4096])
      .default(512)
      .meta({ unit: 'CPU units, 1,024 to a vCPU', description: 'CPU of a task.' }),
    memoryMiB: integer(512, 30_720).default(1_024).meta({
      unit: 'MiB',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html',
      description: 'Memory of a task; what Fargate offers depends on the CPU.',
    }),
    architecture: z
      .enum(['arm64', 'x86-64'])
      .default('arm64')
      .describe('Processor of the tasks. ARM64 is cheaper; the code is JavaScript and runs on both.'),
    tasks: integer(1, 1_000)
      .default(2)
      .describe('Tasks that run at least. A task without a shard does nothing, so at most as many as shards.'),
    maxTasks: integer(1, 1_000)
      .default(4)
      .describe(
        'Tasks that run at most: between tasks and this the service scales on lag and CPU. At most as many as shards; an on-demand stream begins with four. The same as tasks: no scaling.',
      ),
    scaleOutLagSeconds: integer(1, 86_400)
      .default(60)
      .meta({ unit: 'seconds', description: 'Records that wait longer than this to be read add tasks.' }),
    scaleOutCpuPercent: integer(10, 90)
      .default(60)
      .meta({ unit: '%', description: 'CPU use of the service that scaling aims at.' }),
    spotPercent: integer(0, 100).default(0).meta({
      unit: '%',
      description:
        'Share of the tasks on Fargate Spot, when there are maxTasks of them: about 70 % cheaper, and taken away with two minutes’ notice, in which shards are handed over. Below 100, at least one task is always on demand.',
    }),
    initialPosition: z
      .enum(['TRIM_HORIZON', 'LATEST'])
      .default('TRIM_HORIZON')
      .describe('Where a shard without a checkpoint starts. TRIM_HORIZON loses nothing.'),
    reading: z
      .enum(['polling', 'fan-out'])
      .default('polling')
      .describe(
        'How shards are read. Polling costs nothing more and shares 2 MiB/s and five calls a second and shard with every other consumer; fan-out has 2 MiB/s and shard for itself, pushed within some 70 ms, and is billed: see consumer/kcl/README.md.',
      ),
    failoverTimeMs: integer(1_000, 300_000).default(10_000).meta({
      unit: 'ms',
      description: 'A lease that has not been renewed for this long is free to take: how long a dead task’s shards stand still.',
    }),
    flushIntervalMs: integer(100, 299_999).default(2_000).meta({
      unit: 'ms',
      description: 'Longest that a row waits before it is handed to Firehose. Less than failoverTimeMs.',
    }),
    checkpointIntervalMs: integer(100, 900_000).default(10_000).meta({
      unit: 'ms',
      description:
        'Longest that a record stays uncheckpointed, and so how much is read again after a crash. What is remembered of a device is stored as often, if it has reported: longer is cheaper.',
    }),
    rememberedDevices: integer(1_000, 60_000).default(10_000).meta({
      unit: 'devices',
      description:
        'Devices whose memory a task has at hand, about 10 kB each; the others are loaded when they report, and stored when they make room. Best as many as report to a task within checkpointIntervalMs.',
    }),
    shutdownGraceMs: integer(101, 119_999).default(20_000).meta({
      unit: 'ms',
      description:
        'Longest that SIGTERM may take to drain, checkpoint and release. More than flushIntervalMs, less than stopTimeoutSeconds.',
    }),
    stopTimeoutSeconds: integer(2, 120)
      .default(30)
      .meta({ unit: 'seconds', description: 'When ECS kills a task that was asked to stop; 120 is the bound of Fargate.' }),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severe line that is logged.'),
    cloudWatchMetrics: z
      .enum(['off', 'application', 'shards'])
      .default('application')
      .describe(
        'What the tasks write for CloudWatch once a minute: nothing, metrics of the application, or of each shard as well. In us-east-1 a metric costs 0.30 USD a month: about 12 USD for the application, and 0.90 USD for each shard that was read in the month.',
      ),
    alerts: z
      .boolean()
      .default(true)
      .describe(
        'Whether readings that are far from usual are told of at once, on an SNS topic. Their scores are in the rows either way. A domain that has no alerts has no topic.',
      ),
    alertEmails: z
      .array(z.email().meta({ allowed: 'an e-mail address' }))
      .max(20)
      .default([])
      .describe(
        'Who is written to about alerts; apart from monitoring.emails, for these are about devices. Each has to confirm once.',
      ),
    alertsPerMinute: integer(1, 10_000)
      .default(10)
      .describe(
        'Alerts that a task sends one by one in a minute at most. The others are told of together, in one message a minute.',
      ),
  })
  .readonly();

export type ConsumerConfig = z.output<typeof consumerSchema>;
