import {
  CreateHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  paginateListHyperParameterTuningJobs,
  type CreateHyperParameterTuningJobRequest,
  type DescribeHyperParameterTuningJobResponse,
  type HyperParameterTuningJobSummary,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { ListedTuning, TuningJobs } from './tuning-jobs';

/** The tuning jobs of Amazon SageMaker. */
export class SageMakerTuningJobs implements TuningJobs {
  constructor(private readonly sagemaker: SageMakerClient) {}

  async create(request: CreateHyperParameterTuningJobRequest): Promise<void> {
    await this.sagemaker.send(new CreateHyperParameterTuningJobCommand(request));
  }

  async describe(name: string): Promise<DescribeHyperParameterTuningJobResponse> {
    return this.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
  }

  async list(prefix: string): Promise<readonly ListedTuning[]> {
    const found: ListedTuning[] = [];
    // The filter of the API finds the text anywhere in a name.
    const pages = paginateListHyperParameterTuningJobs({ client: this.sagemaker, pageSize: 100 }, { NameContains: prefix });
    for await (const { HyperParameterTuningJobSummaries = [] } of pages) {
      found.push(...HyperParameterTuningJobSummaries.map(listedTuning).filter(({ name }) => name.startsWith(prefix)));
    }
    return found;
  }
}

/** A tuning job as a page of ListHyperParameterTuningJobs shows it. */
export function listedTuning(summary: HyperParameterTuningJobSummary): ListedTuning {
  const { HyperParameterTuningJobName: name = '', HyperParameterTuningJobStatus: status = '' } = summary;
  const counters: Readonly<Record<string, number | undefined>> = { ...summary.TrainingJobStatusCounters };
  const launched = Object.values(counters).reduce<number>((sum, each = 0) => sum + each, 0);
  const limit = summary.ResourceLimits?.MaxNumberOfTrainingJobs ?? 0;
  return { name, status, toLaunch: status === 'InProgress' ? Math.max(0, limit - launched) : 0 };
}
