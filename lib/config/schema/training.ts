import { z } from 'zod';
import { integer } from './shared';

const share = () => z.number().min(0).max(1);

/** What a training set must be before a job is paid for. */
const gatesSchema = z
  .strictObject({
    minimumRows: integer(1, 1_000_000_000).default(1_000).describe('Fewest rows to train on.'),
    minimumDevices: integer(1, 10_000_000).default(10).describe('Fewest devices that they are of.'),
    minimumPositives: integer(1, 1_000_000_000)
      .default(20)
      .describe('Fewest of them whose label is above 0, for a model that tells two classes apart.'),
    maximumMissingShare: share().default(0.95).describe('Greatest share of missing values of a feature.'),
    maximumQuarantineShare: share().default(0.05).describe('Greatest share of the window’s records that are in quarantine.'),
    maximumDrift: z
      .number()
      .min(0)
      .max(100)
      .default(0.25)
      .describe(
        'Greatest population stability index of a feature against the training set of the model in use; features that grow with age by nature are passed over.',
      ),
  })
  .readonly();

/** How hyperparameters are searched for, if at all. */
const tuningSchema = z
  .strictObject({
    maxJobs: integer(0, 100)
      .default(0)
      .describe(
        'Training jobs by which a tuning job searches for hyperparameters before each model is trained, each of which costs as much as that of the model. 0: the domain’s are taken as they are.',
      ),
    maxParallelJobs: integer(1, 10).default(2).describe('Most of them at a time.'),
  })
  .readonly();

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
    windowPollSeconds: integer(10, 3_600).default(60).meta({
      unit: 'seconds',
      description: 'How often it is asked whether the window is closed; a run of the state machine has room for 500 questions.',
    }),
    windowLimitSeconds: integer(600, 7 * 86_400)
      .default(6 * 3_600)
      .meta({
        unit: 'seconds',
        description: 'How long a run waits for its window to close before it fails, and is an alarm.',
      }),
    gates: gatesSchema
      .prefault({})
      .describe('What a training set must be before a job is paid for. A run by hand passes them with force.'),
    maxJobsPerDay: integer(1, 1_000)
      .default(10)
      .describe(
        'Most training jobs within 24 hours, whoever starts them, those of tuning included. A run by hand passes it with force.',
      ),
    maxHoursPerDay: integer(1, 10_000).default(24).meta({
      unit: 'hours',
      description: 'Most hours that instances train within 24 hours. A run by hand passes it with force.',
    }),
    tuning: tuningSchema.prefault({}).describe('How hyperparameters are searched for, if at all: docs/training.md, “Tuning”.'),
    approval: z
      .enum(['automatic', 'manual'])
      .default('automatic')
      .describe(
        'What becomes of a model that is not worse than the one in use: approved at once, or registered to await a person’s approval.',
      ),
    tolerance: z
      .number()
      .min(0)
      .max(0.99)
      .default(0)
      .describe('The share by which a model may be worse than the one in use and still be approved: 0.02 is two per cent.'),
    judgeMemoryMiB: integer(512, 10_240).default(2_048).meta({
      unit: 'MiB',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html',
      description:
        'Memory of the function that judges a model. From 1,769 on it has a whole processor; a million test rows take 265 MiB.',
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
      description: 'How often the job’s status is asked for; a run of the state machine has room for 1,500 questions.',
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
