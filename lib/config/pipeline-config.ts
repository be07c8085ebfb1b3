import { z } from 'zod';
import { consumerSchema } from './schema/consumer';
import { deliverySchema } from './schema/delivery';
import { encryptionSchema } from './schema/encryption';
import { ingestionSchema } from './schema/ingestion';
import { lakeSchema } from './schema/lake';
import { monitoringSchema } from './schema/monitoring';
import { networkSchema } from './schema/network';
import { scoringSchema } from './schema/scoring';
import { trainingSchema } from './schema/training';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * Everything that may differ between stages: each key with its type, bounds, default and meaning, which `docs/configuration.md` is
 * made of. Rules across keys stand in `rules.ts`. Read once, validated as a whole, and never changed.
 */
export const pipelineSchema = z
  .strictObject({
    appName: z
      .string()
      .regex(/^(?=.{1,20}$)[a-z](?:-?[a-z0-9])*$/)
      .default('iot-to-model')
      .meta({
        allowed: 'lower-case letters, digits and single hyphens, at most 20 characters',
        description: 'What the resources’ names start with.',
      }),
    account: z
      .string()
      .regex(/^\d{12}$/)
      .exactOptional()
      .meta({
        allowed: 'an account id of 12 digits',
        description: 'The account. Left out, with the region: that of the credentials at deployment.',
      }),
    region: z
      .string()
      .regex(/^[a-z]{2,3}(-[a-z]+)+-\d$/)
      .exactOptional()
      .meta({ allowed: 'a region such as eu-west-1', description: 'The region; given with the account or not at all.' }),
    bootstrapQualifier: z
      .string()
      .regex(/^[a-z0-9]{1,10}$/)
      .default('hnb659fds')
      .meta({
        allowed: 'at most 10 lower-case letters and digits',
        description: 'Which bootstrapping of the account is used: what was given to cdk bootstrap --qualifier.',
      }),
    permissionsBoundary: z
      .string()
      .regex(/^[\w+=,.@-]{1,128}$/)
      .exactOptional()
      .meta({
        allowed: 'the name of a managed policy',
        description: 'A managed policy of the account that bounds every role of the pipeline.',
      }),
    tags: z
      .record(
        z
          .string()
          .regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/i)
          .meta({ allowed: '1 to 128 letters, digits, spaces or _.:/=+@-, not beginning with aws:' }),
        z
          .string()
          .regex(/^[\w .:/=+@-]{1,256}$/)
          .meta({ allowed: '1 to 256 letters, digits, spaces or _.:/=+@-' }),
      )
      .default({})
      .meta({
        source:
          'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudformation-stack-tag.html',
        description: 'Tags of every stack, and by CloudFormation of its resources, beside application, stage and domain.',
      }),
    encryption: encryptionSchema.prefault({ mode: 'own' }).describe('Whose keys encrypt what is stored.'),
    network: networkSchema.prefault({ mode: 'new' }).describe('The network that tasks and training jobs run in.'),
    ingestion: ingestionSchema.prefault({}).describe('The stream that every record comes in by, and the ways onto it.'),
    consumer: consumerSchema.prefault({}).describe('The Fargate service that reads the stream.'),
    lake: lakeSchema.prefault({}).describe('The bucket where everything comes to rest, and its catalogue.'),
    delivery: deliverySchema.prefault({}).describe('From the consumer to the lake, and the SQL over it.'),
    training: trainingSchema.prefault({}).describe('From the lake to a model.'),
    scoring: scoringSchema.prefault({}).describe('What the model in use says of new rows.'),
    monitoring: monitoringSchema.prefault({}).describe('What is watched, when it is an alarm, and who hears of it.'),
    logRetentionDays: z.literal(logRetentionDays).default(30).meta({ unit: 'days', description: 'How long logs are kept.' }),
    mayDestroyData: z
      .boolean()
      .default(false)
      .describe(
        'First of two opt-ins to lose data: whether deleting a stack may delete its stream, tables, keys and bucket. Takes effect only together with the second, -c destroyData=STAGE on the command line; without it they are retained.',
      ),
  })
  .readonly();

/** What a stage's file says: the keys in which it differs from the defaults. */
export type StageSettings = z.input<typeof pipelineSchema>;

/** A stage's configuration, whole and valid. */
export type PipelineConfig = z.output<typeof pipelineSchema> & {
  /** The stage's name: a key of `stages`. */
  readonly stage: string;
  /** Whether both opt-ins to lose data were given. Never written in a stage's file: `readConfiguration` sets it. */
  readonly destroysData: boolean;
};

export type { ConsumerConfig } from './schema/consumer';
export type { DeliveryConfig } from './schema/delivery';
export type { EncryptionConfig } from './schema/encryption';
export type { IngestionConfig, StreamCapacity } from './schema/ingestion';
export type { LakeConfig } from './schema/lake';
export type { MonitoringConfig } from './schema/monitoring';
export { maxAvailabilityZones, subnetBits, type NetworkConfig } from './schema/network';
export type { ScoringConfig, ServerlessEndpointConfig } from './schema/scoring';
export type { TrainingConfig } from './schema/training';
