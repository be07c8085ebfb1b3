import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type {
  checkWindowEnvironment,
  inspectTrainingSetEnvironment,
  judgeModelEnvironment,
  planTrainingEnvironment,
  recordModelEnvironment,
  registerModelEnvironment,
  startTrainingEnvironment,
  startTuningEnvironment,
  trainingJobEnvironment,
  trainingKeyEnvironment,
  trainingNetworkEnvironment,
  tunedJobEnvironment,
  tunedPlanEnvironment,
} from '../../core/environment';
import { deliveryDelaySeconds } from '../delivery/transformation';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import type { EnvironmentOf } from '../shared/environment-of';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import type { JobNetwork } from './job-network';
import type { ModelGroup } from './model-group';
import type { Tuning } from './tuning';

/** What the functions have to know. */
export interface FunctionEnvironmentProps extends FoundedStackProps {
  readonly lake: Lake;
  readonly leaseTable: Table;
  readonly group: ModelGroup;
  /** The role that training jobs run under. */
  readonly jobRole: IRole;
  /** The training image. */
  readonly imageUri: string;
  /** Where jobs run. @default - in SageMaker's own network */
  readonly network: JobNetwork | undefined;
  /** Whether hyperparameters are tuned. @default - they are not */
  readonly tuning: Tuning | undefined;
  /** What tells this version of the code from any other. */
  readonly codeVersion: string;
}

function common({ domain, lake }: FunctionEnvironmentProps) {
  return { DOMAIN: domain.name, LAKE_BUCKET: lake.bucket.bucketName };
}

export function checkWindow(props: FunctionEnvironmentProps): EnvironmentOf<typeof checkWindowEnvironment> {
  const { config, leaseTable, prefix } = props;
  return {
    ...common(props),
    LEASE_TABLE_NAME: leaseTable.tableName,
    TRAINING_SET_PREFIX: lakeLayout.trainingSets,
    ALLOWED_LATENESS_SECONDS: String(config.training.allowedLatenessSeconds),
    DELIVERY_BUFFER_SECONDS: String(deliveryDelaySeconds(config.delivery)),
    WINDOW_LIMIT_SECONDS: String(config.training.windowLimitSeconds),
    PIPELINE: prefix,
  };
}

export function planTraining(props: FunctionEnvironmentProps): Readonly<Record<string, string>> {
  const { config, domain, prefix, imageUri, codeVersion, tuning } = props;
  const prefixes = Object.keys(domain.tables).map((table) => [table, lakeLayout.table(table)] as const);
  const always: EnvironmentOf<typeof planTrainingEnvironment> = {
    ...common(props),
    TABLE_PREFIXES: JSON.stringify(Object.fromEntries(prefixes)),
    TRAINING_SET_PREFIX: lakeLayout.trainingSets,
    JOB_NAME_PREFIX: prefix,
    CODE_VERSION: codeVersion,
    TRAINING_IMAGE: imageUri,
    ALLOWED_LATENESS_SECONDS: String(config.training.allowedLatenessSeconds),
  };
  const tuned: EnvironmentOf<typeof tunedPlanEnvironment> | undefined = tuning && {
    TUNING_JOBS: String(config.training.tuning.maxJobs),
  };
  return { ...always, ...tuned };
}

export function inspectTrainingSet(props: FunctionEnvironmentProps): EnvironmentOf<typeof inspectTrainingSetEnvironment> {
  const { config, group } = props;
  const { minimumRows, minimumDevices, minimumPositives, maximumMissingShare, maximumQuarantineShare, maximumDrift } =
    config.training.gates;
  const limits = { minimumRows, minimumDevices, minimumPositives, maximumMissingShare, maximumQuarantineShare, maximumDrift };
  return { ...common(props), MODEL_PACKAGE_GROUP: group.groupName, GATES: JSON.stringify(limits) };
}

/** How training jobs are to be, and what they may cost, whoever launches them. */
function trainingJob(props: FunctionEnvironmentProps): EnvironmentOf<typeof trainingJobEnvironment> {
  const { config, tags, jobRole, imageUri, prefix } = props;
  const { training } = config;
  return {
    ...common(props),
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
    MAX_JOBS_PER_DAY: String(training.maxJobsPerDay),
    MAX_HOURS_PER_DAY: String(training.maxHoursPerDay),
    JOB_NAME_PREFIX: prefix,
  };
}

/** What else is said of jobs in a pipeline that has a key, or a network, of the account's. */
function surroundings({ lake, network }: FunctionEnvironmentProps): Readonly<Record<string, string>> {
  const key: EnvironmentOf<typeof trainingKeyEnvironment> | undefined = lake.key && { KMS_KEY_ARN: lake.key.keyArn };
  const inNetwork: EnvironmentOf<typeof trainingNetworkEnvironment> | undefined = network && {
    SUBNET_IDS: network.subnetIds.join(','),
    SECURITY_GROUP_ID: network.securityGroup.securityGroupId,
  };
  return { ...key, ...inNetwork };
}

export function startTraining(props: FunctionEnvironmentProps): Readonly<Record<string, string>> {
  const always: EnvironmentOf<typeof startTrainingEnvironment> = { ...trainingJob(props), MODEL_PREFIX: lakeLayout.models };
  const tuned: EnvironmentOf<typeof tunedJobEnvironment> | undefined = props.tuning && {
    TUNING_NAME_PREFIX: props.tuning.namePrefix,
  };
  return { ...always, ...tuned, ...surroundings(props) };
}

export function startTuning(props: FunctionEnvironmentProps, { namePrefix }: Tuning): Readonly<Record<string, string>> {
  const { maxJobs, maxParallelJobs } = props.config.training.tuning;
  const always: EnvironmentOf<typeof startTuningEnvironment> = {
    ...trainingJob(props),
    TUNING_NAME_PREFIX: namePrefix,
    TUNING_JOBS: String(maxJobs),
    PARALLEL_TUNING_JOBS: String(maxParallelJobs),
    TRIAL_PREFIX: lakeLayout.trials,
  };
  return { ...always, ...surroundings(props) };
}

export function recordModel(props: FunctionEnvironmentProps): EnvironmentOf<typeof recordModelEnvironment> {
  return { ...common(props), RECORD_PREFIX: lakeLayout.modelRecords };
}

export function judgeModel(props: FunctionEnvironmentProps): EnvironmentOf<typeof judgeModelEnvironment> {
  const { config, group } = props;
  return {
    ...common(props),
    MODEL_PREFIX: lakeLayout.models,
    MODEL_PACKAGE_GROUP: group.groupName,
    APPROVAL: config.training.approval,
    TOLERANCE: String(config.training.tolerance),
  };
}

export function registerModel(props: FunctionEnvironmentProps): EnvironmentOf<typeof registerModelEnvironment> {
  const { group, imageUri, prefix } = props;
  return { ...common(props), MODEL_PACKAGE_GROUP: group.groupName, TRAINING_IMAGE: imageUri, PIPELINE: prefix };
}
