import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  paginateListTrainingJobs,
  type CreateTrainingJobRequest,
  type DescribeTrainingJobResponse,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { ListedJob, TrainingJobs } from './training-jobs';

/** The training jobs of Amazon SageMaker. */
export class SageMakerTrainingJobs implements TrainingJobs {
  constructor(private readonly sagemaker: SageMakerClient) {}

  async create(request: CreateTrainingJobRequest): Promise<void> {
    await this.sagemaker.send(new CreateTrainingJobCommand(request));
  }

  async describe(name: string): Promise<DescribeTrainingJobResponse> {
    return this.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  }

  async list(prefix: string, createdAfter?: number): Promise<readonly ListedJob[]> {
    const jobs: ListedJob[] = [];
    // The filter of the API finds the text anywhere in a name.
    const request = {
      NameContains: prefix,
      ...(createdAfter !== undefined && { CreationTimeAfter: new Date(createdAfter) }),
    };
    for await (const page of paginateListTrainingJobs({ client: this.sagemaker, pageSize: 100 }, request)) {
      for (const { TrainingJobName: name = '', TrainingJobStatus: status = '' } of page.TrainingJobSummaries ?? []) {
        if (name.startsWith(prefix)) {
          jobs.push({ name, status });
        }
      }
    }
    return jobs;
  }
}
