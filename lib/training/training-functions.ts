import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type {
  planTrainingEnvironment,
  recordModelEnvironment,
  startTrainingEnvironment,
  trainingKeyEnvironment,
  trainingNetworkEnvironment,
} from '../../core/environment';
import { deliveryDelaySeconds } from '../delivery/transformation';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import type { EnvironmentOf } from '../shared/environment-of';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import type { RuntimeCode } from '../shared/runtime-code';
import { planTrainingPermissions, recordModelPermissions, startTrainingPermissions } from './function-permissions';
import type { JobNetwork } from './job-network';
import { TrainingFunction } from './training-function';

export interface TrainingFunctionsProps extends FoundedStackProps {
  readonly lake: Lake;
  readonly code: Pick<RuntimeCode, keyof TrainingFunctions>;
  /** The role that training jobs run under. */
  readonly jobRole: IRole;
  /** The training image. */
  readonly imageUri: string;
  /** Where jobs run. @default - in SageMaker's own network */
  readonly network: JobNetwork | undefined;
}

/** The steps of the workflow that need code. */
export interface TrainingFunctions {
  /** Decides what the next model is trained on. */
  readonly planTraining: TrainingFunction;
  /** Starts the training job. */
  readonly startTraining: TrainingFunction;
  /** Records a model with its metrics and its inputs. */
  readonly recordModel: TrainingFunction;
}

/** The functions, each with what it has to know and what it may do. */
export function trainingFunctions(scope: Construct, props: TrainingFunctionsProps): TrainingFunctions {
  const { config, foundation, lake, prefix, code, jobRole, network } = props;
  return {
    planTraining: new TrainingFunction(scope, 'PlanTrainingFunction', {
      config,
      foundation,
      description: 'Decides what the next model is trained on',
      codeDirectory: code.planTraining,
      environment: planEnvironment(props),
      permissions: planTrainingPermissions(lake),
    }),
    startTraining: new TrainingFunction(scope, 'StartTrainingFunction', {
      config,
      foundation,
      description: 'Starts the training job',
      codeDirectory: code.startTraining,
      environment: startEnvironment(props),
      permissions: startTrainingPermissions({ lake, jobNamePrefix: prefix, jobRole, network }),
    }),
    recordModel: new TrainingFunction(scope, 'RecordModelFunction', {
      config,
      foundation,
      description: 'Records a model with its metrics and its inputs',
      codeDirectory: code.recordModel,
      environment: recordEnvironment(props),
      permissions: recordModelPermissions(lake, prefix),
    }),
  };
}

function common({ domain, lake }: TrainingFunctionsProps) {
  return { DOMAIN: domain.name, LAKE_BUCKET: lake.bucket.bucketName };
}

function planEnvironment(props: TrainingFunctionsProps): EnvironmentOf<typeof planTrainingEnvironment> {
  const { config, domain, prefix } = props;
  const prefixes = Object.keys(domain.tables).map((table) => [table, lakeLayout.table(table)] as const);
  return {
    ...common(props),
    TABLE_PREFIXES: JSON.stringify(Object.fromEntries(prefixes)),
    TRAINING_SET_PREFIX: lakeLayout.trainingSets,
    JOB_NAME_PREFIX: prefix,
    ALLOWED_LATENESS_SECONDS: String(config.training.allowedLatenessSeconds),
    DELIVERY_BUFFER_SECONDS: String(deliveryDelaySeconds(config.delivery)),
  };
}

function startEnvironment(props: TrainingFunctionsProps): Readonly<Record<string, string>> {
  const { config, lake, tags, jobRole, imageUri, network } = props;
  const { training } = config;
  const always: EnvironmentOf<typeof startTrainingEnvironment> = {
    ...common(props),
    MODEL_PREFIX: lakeLayout.models,
    TRAINING_IMAGE: imageUri,
    TRAINING_ROLE_ARN: jobRole.roleArn,
    INSTANCE_TYPE: training.instanceType,
    INSTANCE_COUNT: String(training.instanceCount),
    VOLUME_SIZE_GIB: String(training.volumeSizeGiB),
    MAX_RUNTIME_SECONDS: String(training.maxRuntimeSeconds),
    USE_SPOT: String(training.useSpot),
    MAX_WAIT_SECONDS: String(training.maxWaitSeconds),
    MAX_ATTEMPTS: String(training.maxAttempts),
    JOB_TAGS: JSON.stringify(tags ?? {}),
  };
  const key: EnvironmentOf<typeof trainingKeyEnvironment> | undefined = lake.key && { KMS_KEY_ARN: lake.key.keyArn };
  const inNetwork: EnvironmentOf<typeof trainingNetworkEnvironment> | undefined = network && {
    SUBNET_IDS: network.subnetIds.join(','),
    SECURITY_GROUP_ID: network.securityGroup.securityGroupId,
  };
  return { ...always, ...key, ...inNetwork };
}

function recordEnvironment(props: TrainingFunctionsProps): EnvironmentOf<typeof recordModelEnvironment> {
  return { ...common(props), RECORD_PREFIX: lakeLayout.modelRecords };
}
