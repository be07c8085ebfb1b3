import type {
  CreateHyperParameterTuningJobRequest,
  CreateModelPackageInput,
  CreateTrainingJobRequest,
  DescribeHyperParameterTuningJobResponse,
  DescribeTrainingJobResponse,
} from '@aws-sdk/client-sagemaker';
import type { Approval, ModelRegistry, RegisteredModel } from '../../lambda/shared/model-registry';
import type { TrainingCard } from '../../lambda/shared/training-card';
import type { ListedJob, TrainingJobs } from '../../lambda/shared/job/training-jobs';
import type { TrainingPlan } from '../../lambda/shared/training-plan';
import type { ListedTuning, TuningJobs } from '../../lambda/start-tuning/tuning-jobs';

/** The answer of PlanTraining. */
export const trainingPlan: TrainingPlan = {
  status: 'ready',
  jobName: 'pumps-20261120-10-0123456789ab',
  window: { start: '2026-11-13T10:00:00.000Z', end: '2026-11-20T10:00:00.000Z' },
  cutoff: '2026-11-20T10:11:00.000Z',
  revision: 1,
  examplesPrefix: 's3://lake/sets/job/run/examples/',
  channels: {
    train: 's3://lake/sets/job/run/examples/split=train/',
    validation: 's3://lake/sets/job/run/examples/split=validation/',
  },
  tests: ['test_devices', 'test_time'],
  manifestUri: 's3://lake/sets/job/manifest.json',
  manifestHash: '0123456789abcdef',
  dataCardUri: 's3://lake/sets/job/data-card.json',
  dataCardPageUri: 's3://lake/sets/job/data-card.html',
  countsPrefix: 's3://lake/sets/job/run/counts/',
  inputsPrefix: 's3://lake/sets/job/run/inputs/',
};

/** The answer of InspectTrainingSet. */
export const trainingCard: TrainingCard = {
  rows: { train: 600, validation: 200, test_devices: 100, test_time: 50 },
  positives: 60,
  negatives: 540,
  forced: false,
  contentHash: '5f3a',
};

/** An error as the SDK throws it. */
export function apiError(name: string, more: Readonly<Record<string, unknown>> = {}): Error {
  return Object.assign(new Error(`${name} it is`), { name, ...more });
}

/** A description of a training job: complete unless `change` says otherwise. */
export function describedJob(name: string, change: Partial<DescribeTrainingJobResponse> = {}): DescribeTrainingJobResponse {
  return {
    TrainingJobName: name,
    TrainingJobArn: `arn:aws:sagemaker:eu-west-1:1:training-job/${name}`,
    ModelArtifacts: { S3ModelArtifacts: `s3://lake/models/${name}/output/model.tar.gz` },
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
    ResourceConfig: { VolumeSizeInGB: 1, InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    CreationTime: new Date('2026-11-20T11:59:00Z'),
    ...change,
  };
}

/** SageMaker's training jobs in memory. */
export class MemoryJobs implements TrainingJobs {
  readonly requests: CreateTrainingJobRequest[] = [];
  readonly jobs = new Map<string, DescribeTrainingJobResponse>();
  /** Names of jobs that a listing does not show yet. */
  readonly unlisted = new Set<string>();
  /** Names that were described, in order. */
  readonly described: string[] = [];
  /** What CreateTrainingJob fails by. */
  failing: Error | undefined;

  put(job: DescribeTrainingJobResponse): this {
    this.jobs.set(job.TrainingJobName ?? '', job);
    return this;
  }

  async create(request: CreateTrainingJobRequest): Promise<void> {
    const name = request.TrainingJobName ?? '';
    if (this.failing !== undefined) {
      throw this.failing;
    }
    if (this.jobs.has(name)) {
      throw apiError('ResourceInUse');
    }
    this.requests.push(request);
    const change = { TrainingJobStatus: 'InProgress', CreationTime: new Date('2026-11-20T12:00:00Z') } as const;
    this.put(describedJob(name, { ...change, EnableManagedSpotTraining: request.EnableManagedSpotTraining }));
  }

  async describe(name: string): Promise<DescribeTrainingJobResponse> {
    const job = this.jobs.get(name);
    this.described.push(name);
    if (job === undefined) {
      throw apiError('ValidationException');
    }
    return job;
  }

  async list(prefix: string, createdAfter = 0): Promise<readonly ListedJob[]> {
    return [...this.jobs]
      .filter(([name, { CreationTime }]) => name.startsWith(prefix) && (CreationTime?.getTime() ?? 0) > createdAfter)
      .filter(([name]) => !this.unlisted.has(name))
      .map(([name, { TrainingJobStatus = 'InProgress' }]) => ({ name, status: TrainingJobStatus }));
  }
}

/** SageMaker's tuning jobs in memory: none of their training jobs is launched. */
export class MemoryTunings implements TuningJobs {
  readonly requests: CreateHyperParameterTuningJobRequest[] = [];
  readonly tunings = new Map<string, DescribeHyperParameterTuningJobResponse>();
  /** Names of tuning jobs that a listing does not show yet. */
  readonly unlisted = new Set<string>();
  /** What CreateHyperParameterTuningJob fails by. */
  failing: Error | undefined;

  put(
    name: string,
    status: DescribeHyperParameterTuningJobResponse['HyperParameterTuningJobStatus'],
    request: Partial<CreateHyperParameterTuningJobRequest>,
  ): this {
    this.tunings.set(name, {
      HyperParameterTuningJobName: name,
      HyperParameterTuningJobArn: `arn:tuning/${name}`,
      HyperParameterTuningJobStatus: status,
      HyperParameterTuningJobConfig: { Strategy: 'Random', ResourceLimits: { MaxParallelTrainingJobs: 1 } },
      CreationTime: new Date('2026-11-20T12:00:00Z'),
      TrainingJobStatusCounters: {},
      ObjectiveStatusCounters: {},
      ...request,
    });
    return this;
  }

  async create(request: CreateHyperParameterTuningJobRequest): Promise<void> {
    const name = request.HyperParameterTuningJobName ?? '';
    if (this.failing !== undefined) {
      throw this.failing;
    }
    if (this.tunings.has(name)) {
      throw apiError('ResourceInUse');
    }
    this.requests.push(request);
    this.put(name, 'InProgress', request);
  }

  async describe(name: string): Promise<DescribeHyperParameterTuningJobResponse> {
    const tuning = this.tunings.get(name);
    if (tuning === undefined) {
      throw apiError('ResourceNotFound');
    }
    return tuning;
  }

  async list(prefix: string): Promise<readonly ListedTuning[]> {
    return [...this.tunings]
      .filter(([name]) => name.startsWith(prefix) && !this.unlisted.has(name))
      .map(([name, { HyperParameterTuningJobConfig: config, HyperParameterTuningJobStatus: status = 'InProgress' }]) => ({
        name,
        status,
        toLaunch: status === 'InProgress' ? (config?.ResourceLimits?.MaxNumberOfTrainingJobs ?? 0) : 0,
      }));
  }
}

/** A group of the Model Registry in memory. */
export class MemoryRegistry implements ModelRegistry {
  readonly group = 'pumps';
  readonly models: RegisteredModel[] = [];
  readonly requests: Omit<CreateModelPackageInput, 'ModelPackageGroupName'>[] = [];
  /** What CreateModelPackage fails by, after it has registered the model: the reply was lost. */
  failing: Error | undefined;

  put(metadata: Readonly<Record<string, string>>, change: Partial<RegisteredModel> = {}): RegisteredModel {
    const version = this.models.length + 1;
    const model = { arn: `arn:pumps/${version}`, version, approval: 'Approved' as const, metadata, ...change };
    this.models.push(model);
    return model;
  }

  async *versions({ approval }: { readonly approval?: Approval }): AsyncIterable<RegisteredModel> {
    yield* this.models.toReversed().filter((model) => approval === undefined || model.approval === approval);
  }

  async create(request: Omit<CreateModelPackageInput, 'ModelPackageGroupName'>): Promise<string> {
    this.requests.push(request);
    const { CustomerMetadataProperties: metadata = {}, ModelApprovalStatus: approval = 'PendingManualApproval' } = request;
    const modelUri = request.InferenceSpecification?.Containers?.[0]?.ModelDataUrl;
    const { arn } = this.put(metadata, { approval, ...(modelUri !== undefined && { modelUri }) });
    if (this.failing !== undefined) {
      throw this.failing;
    }
    return arn;
  }

  async describe(arn: string): Promise<RegisteredModel> {
    const model = this.models.find((each) => each.arn === arn);
    if (model === undefined) {
      throw apiError('ValidationException');
    }
    return model;
  }

  async explain(arn: string, approvalDescription: string): Promise<void> {
    const index = this.models.findIndex((each) => each.arn === arn);
    this.models[index] = { ...(await this.describe(arn)), approvalDescription };
  }
}
