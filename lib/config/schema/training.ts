import { z } from 'zod';
import { integer } from './shared';

/** From the lake to a model. */
export const trainingSchema = z
  .strictObject({
    schedule: z
      .string()
      .regex(/^(?:rate|cron)\([^()]+\)$/)
      .default('rate(1 day)')
      .meta({
        allowed: 'rate(...) or cron(...) as EventBridge Scheduler takes it',
        description: 'When a training run starts, UTC.',
      }),
    scheduled: z.boolean().default(true).describe('Whether the schedule is on. Off, a run is started by hand only.'),
    allowedLatenessSeconds: integer(0, 365 * 86_400)
      .default(600)
      .meta({
        unit: 'seconds',
        description: 'How long after its event time a row may still arrive and be trained on; within the stream’s retention.',
      }),
    instanceType: z
      .string()
      .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/)
      .default('ml.m5.large')
      .meta({ allowed: 'a SageMaker instance type such as ml.m5.large', description: 'Training instance.' }),
    instanceCount: integer(1, 20).default(1).describe('Training instances.'),
    volumeSizeGiB: integer(1, 16_384)
      .default(30)
      .meta({ unit: 'GiB', description: 'The volume that the training set is copied to.' }),
    maxRuntimeSeconds: integer(60, 432_000).default(3_600).meta({ unit: 'seconds', description: 'Longest that a job may run.' }),
    useSpot: z
      .boolean()
      .default(true)
      .describe('Whether to train on spot capacity: up to 90 % cheaper, and may wait or be interrupted.'),
    maxWaitSeconds: integer(60, 864_000).default(7_200).meta({
      unit: 'seconds',
      description: 'Longest that a job may wait for spot capacity and run, together; at least maxRuntimeSeconds.',
    }),
    maxAttempts: integer(1, 30).default(2).describe('How often SageMaker starts a job again that failed by a fault of its own.'),
    pollIntervalSeconds: integer(5, 3_600).default(30).meta({
      unit: 'seconds',
      description: 'How often the job’s status is asked for; a run of the state machine has room for 2,000 questions.',
    }),
    vpc: z
      .boolean()
      .default(true)
      .describe('Whether jobs reach the lake from the pipeline’s network rather than from SageMaker’s.'),
    image: z
      .string()
      .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9._/-]+(?::[\w.-]+|@sha256:[0-9a-f]{64})$/)
      .exactOptional()
      .meta({
        allowed: 'an image in ECR with a tag or a digest, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:3.2-0',
        description:
          'The training image, for a mirror or a region that lib/training/xgboost-accounts.ts lacks. Left out: SageMaker’s own image of XGBoost in the stack’s region.',
      }),
  })
  .readonly();

export type TrainingConfig = z.output<typeof trainingSchema>;
