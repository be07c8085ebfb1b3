import * as path from 'node:path';
import { AwsError } from '../http/aws-error';
import type { Operation } from '../http/json-service';
import { KeptEntities } from '../kept-entities';
import { describeJob, summarizeJob } from './describe-job';
import { faultOf, type JobFaultPlan } from './job-faults';
import { JobRunner } from './job-runner';
import { compareTexts, isBetween, pageOf } from './page';
import type { RoleClients } from './role-clients';
import { checkRequest, integer, invalid, oneOf, structure, time, type Members } from './shapes';
import { created, isOver, isTrainingJob, moved, type TrainingJob } from './training-job';
import { parseTrainingRequest } from './training-request';

export interface TrainingJobsProps {
  /** A folder per job is made below it: `<directory>/<job>/opt/ml`. */
  readonly directory: string;
  readonly logDirectory: string;
  /** The folder that keeps jobs beyond the process. @default - they end with it */
  readonly stateDirectory: string | undefined;
  readonly clients: RoleClients;
  /** `arn:aws:sagemaker:us-east-1:000000000000` */
  readonly arnPrefix: string;
  readonly now: () => number;
  readonly onLogLine: (jobName: string, line: string) => void;
  /** Called with every new state of a job. */
  readonly onChange: (job: TrainingJob) => void;
  readonly faults: JobFaultPlan | undefined;
}

interface Entry {
  job: TrainingJob;
  /** @default - the job is of an earlier process */
  runner?: JobRunner;
}

/** What a job that ran when its service was killed ends by. */
const abandoned = 'InternalServerError: the local SageMaker ended while the job ran';

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
const listRequest = structure({
  NextToken: { kind: 'text', max: 8192 },
  MaxResults: integer(1, 100),
  CreationTimeAfter: time,
  CreationTimeBefore: time,
  LastModifiedTimeAfter: time,
  LastModifiedTimeBefore: time,
  NameContains: { kind: 'text', max: 63, pattern: /[a-zA-Z0-9-]+/ },
  StatusEquals: oneOf('InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'),
  SortBy: oneOf('Name', 'CreationTime', 'Status'),
  SortOrder: oneOf('Ascending', 'Descending'),
});

/** Training jobs: those of this process run, those of earlier ones are remembered. Their names stay taken. */
export class TrainingJobs {
  readonly operations: Readonly<Record<string, Operation>> = {
    CreateTrainingJob: (input) => ({ TrainingJobArn: this.create(input).arn }),
    DescribeTrainingJob: (input) => describeJob(this.entry(input).job),
    StopTrainingJob: (input) => {
      const { job } = this.entry(input);
      if (isOver(job)) {
        throw invalid(`The request was rejected because the training job is in status ${job.status}.`);
      }
      this.stop(job.request.name);
      return {};
    },
    ListTrainingJobs: (input) => this.list(input),
  };
  private readonly entries = new Map<string, Entry>();
  private readonly kept: KeptEntities<TrainingJob>;

  constructor(private readonly props: TrainingJobsProps) {
    this.kept = new KeptEntities(props.stateDirectory, isTrainingJob);
    for (const job of [...this.kept.load()].sort((one, other) => one.createdAt - other.createdAt)) {
      this.entries.set(job.request.name, { job });
      if (!isOver(job)) {
        this.changed(moved(job, 'Failed', props.now(), { failureReason: abandoned }));
      }
    }
  }

  /**
   * CreateTrainingJob.
   * @param tuningJobArn the tuning job that launches it @default - none
   */
  create(input: Members, tuningJobArn?: string): TrainingJob {
    const { props } = this;
    const request = parseTrainingRequest(input);
    const arn = `${props.arnPrefix}:training-job/${request.name.toLowerCase()}`;
    if (this.entries.has(request.name)) {
      throw new AwsError(
        'ResourceInUse',
        `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
      );
    }
    const job = { ...created(request, arn, props.now()), ...(tuningJobArn !== undefined && { tuningJobArn }) };
    const entry: Entry = { job };
    this.entries.set(request.name, entry);
    this.changed(job);
    entry.runner = new JobRunner(job, {
      s3: props.clients.of(request.roleArn),
      directory: path.join(props.directory, request.name),
      logFile: path.join(props.logDirectory, `${request.name}.log`),
      now: props.now,
      onLogLine: (line) => props.onLogLine(request.name, line),
      onChange: (changed) => this.changed(changed),
      fault: faultOf(props.faults, request),
    });
    return job;
  }

  find(name: string): TrainingJob | undefined {
    return this.entries.get(name)?.job;
  }

  /** Has a job stop; one that is over, or not there, is left alone. */
  stop(name: string): void {
    this.entries.get(name)?.runner?.stop();
  }

  /** Settles when the job is over; at once for one that does not exist. */
  async ended(name: string): Promise<void> {
    await this.entries.get(name)?.runner?.done;
  }

  /** Ends every job's process. */
  async close(): Promise<void> {
    await Promise.all([...this.entries.values()].map(async ({ runner }) => runner?.kill()));
  }

  private changed(job: TrainingJob): void {
    const entry = this.entries.get(job.request.name);
    if (entry !== undefined) {
      entry.job = job;
    }
    this.kept.save(job.request.name, job);
    this.props.onChange(job);
  }

  private entry(input: Members): Entry {
    const found = this.entries.get(String(input.TrainingJobName));
    if (found === undefined) {
      // What the API answers in fact, though its model names ResourceNotFound.
      throw invalid('Requested resource not found.');
    }
    return found;
  }

  private list(input: Members): unknown {
    checkRequest('ListTrainingJobs', listRequest, input);
    const found = [...this.entries.values()]
      .map(({ job }) => job)
      .filter(
        ({ status, request, createdAt, modifiedAt }) =>
          (input.StatusEquals === undefined || status === input.StatusEquals) &&
          (typeof input.NameContains !== 'string' || request.name.includes(input.NameContains)) &&
          isBetween(createdAt, input, 'CreationTime') &&
          isBetween(modifiedAt, input, 'LastModifiedTime'),
      );
    const { entries, nextToken } = pageOf(found, input, {
      key: ({ request }) => request.name,
      compare: comparison(input.SortBy),
      // What the API does in fact, though its page says Ascending.
      defaultOrder: 'Descending',
    });
    return { TrainingJobSummaries: entries.map(summarizeJob), ...(nextToken !== undefined && { NextToken: nextToken }) };
  }
}

function comparison(sortBy: unknown): (one: TrainingJob, other: TrainingJob) => number {
  switch (sortBy) {
    case 'Name':
      return (one, other) => compareTexts(one.request.name, other.request.name);
    case 'Status':
      return (one, other) => compareTexts(one.status, other.status);
    default:
      // Jobs of one millisecond stay in the order of their creation, which a stable sort keeps.
      return (one, other) => one.createdAt - other.createdAt;
  }
}
