import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { ApiRecorder } from '../http/api-call';
import { AwsError, notSupported } from '../http/aws-error';
import { startJsonService } from '../http/json-service';
import type { LocalService } from '../service';
import { describeJob, summarizeJob } from './describe-job';
import { JobRunner } from './job-runner';
import { created, isOver, type TrainingJob } from './training-job';
import { parseTrainingRequest } from './training-request';

export interface SageMakerProps {
  /** A folder per job is made below it: `<directory>/<job>/opt/ml`. */
  readonly directory: string;
  /** `http://127.0.0.1:<port>` of the S3 that holds training sets and takes models. */
  readonly s3Endpoint: string;
  /** `<logDirectory>/<job>.log` */
  readonly logDirectory: string;
  /** Takes each line of a job's log as it is written. @default - the log file alone */
  readonly onLogLine?: (jobName: string, line: string) => void;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default - the system's */
  readonly clock?: { now(): number };
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** The local SageMaker. */
export interface SageMakerService extends LocalService {
  /** Settles when the job is over; at once for one that does not exist. */
  jobEnded(name: string): Promise<void>;
}

/** The account in ARNs. */
const accountId = '000000000000';

interface Entry {
  job: TrainingJob;
  runner?: JobRunner;
}

/**
 * The part of SageMaker that training jobs need. A job runs built-in XGBoost's algorithm as a process of its own over the
 * container's folder layout; everything that it does not support is an error that names it.
 *
 * Refused: other images, several instances, Pipe and FastFile mode, debugger, metric definitions. Taken without effect, and described:
 * network, keys, isolation, spot, retries; checkpoints are not written.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export async function startSageMaker(props: SageMakerProps): Promise<SageMakerService> {
  const region = props.region ?? 'us-east-1';
  const now = (): number => props.clock?.now() ?? Date.now();
  const jobs = new Map<string, Entry>();
  await fs.mkdir(props.logDirectory, { recursive: true });
  // A job reads and writes under its own role: S3 sees the role's name as the caller.
  const clients = new Map<string, S3Client>();
  const clientOf = (roleArn: string): S3Client => {
    const accessKeyId = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const known = clients.get(accessKeyId);
    const credentials = { accessKeyId, secretAccessKey: 'local' };
    const client = known ?? new S3Client({ endpoint: props.s3Endpoint, region, forcePathStyle: true, credentials });
    clients.set(accessKeyId, client);
    return client;
  };

  const entryOf = (input: Readonly<Record<string, unknown>>): Entry => {
    const found = jobs.get(String(input.TrainingJobName));
    if (found === undefined) {
      // What the API answers in fact, though its model names ResourceNotFound.
      throw new AwsError('ValidationException', 'Requested resource not found.');
    }
    return found;
  };

  const service = await startJsonService({
    name: 'sagemaker',
    targetPrefix: 'SageMaker',
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
    operations: {
      CreateTrainingJob: (input) => {
        const request = parseTrainingRequest(input);
        const arn = `arn:aws:sagemaker:${region}:${accountId}:training-job/${request.name.toLowerCase()}`;
        if (jobs.has(request.name)) {
          throw new AwsError(
            'ResourceInUse',
            `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
          );
        }
        const entry: Entry = { job: created(request, arn, now()) };
        jobs.set(request.name, entry);
        entry.runner = new JobRunner(entry.job, {
          s3: clientOf(request.roleArn),
          directory: path.join(props.directory, request.name),
          logFile: path.join(props.logDirectory, `${request.name}.log`),
          now,
          onLogLine: (line) => props.onLogLine?.(request.name, line),
          onChange: (job) => {
            entry.job = job;
          },
        });
        return { TrainingJobArn: arn };
      },
      DescribeTrainingJob: (input) => describeJob(entryOf(input).job),
      StopTrainingJob: (input) => {
        const entry = entryOf(input);
        if (isOver(entry.job)) {
          throw new AwsError(
            'ValidationException',
            `The request was rejected because the training job is in status ${entry.job.status}.`,
          );
        }
        entry.runner?.stop();
        return {};
      },
      ListTrainingJobs: (input) =>
        list(
          [...jobs.values()].map(({ job }) => job),
          input,
        ),
    },
  });
  let closing: Promise<void> | undefined;
  return {
    ...service,
    jobEnded: async (name) => jobs.get(name)?.runner?.done,
    close: () =>
      (closing ??= (async () => {
        await service.close();
        await Promise.all([...jobs.values()].map(async ({ runner }) => runner?.kill()));
        clients.forEach((client) => client.destroy());
      })()),
  };
}

const listMembers: ReadonlySet<string> = new Set([
  'MaxResults',
  'NextToken',
  'StatusEquals',
  'NameContains',
  'SortBy',
  'SortOrder',
]);

/** ListTrainingJobs; NextToken is the name of the last job of the page before. */
function list(jobs: readonly TrainingJob[], input: Readonly<Record<string, unknown>>): unknown {
  const unknown = Object.keys(input).find((member) => !listMembers.has(member));
  if (unknown !== undefined || (input.SortBy ?? 'CreationTime') !== 'CreationTime') {
    throw notSupported(`sagemaker: ${unknown ?? `SortBy ${String(input.SortBy)}`} of ListTrainingJobs`);
  }
  const matching = jobs.filter(
    ({ status, request }) =>
      (input.StatusEquals === undefined || status === input.StatusEquals) &&
      request.name.includes(typeof input.NameContains === 'string' ? input.NameContains : ''),
  );
  const ordered = input.SortOrder === 'Ascending' ? matching : matching.reverse();
  const start = input.NextToken === undefined ? 0 : ordered.findIndex(({ request }) => request.name === input.NextToken) + 1;
  const page = ordered.slice(start, start + (typeof input.MaxResults === 'number' ? input.MaxResults : 10));
  const last = page.at(-1);
  return {
    TrainingJobSummaries: page.map(summarizeJob),
    ...(last !== undefined && last !== ordered.at(-1) && { NextToken: last.request.name }),
  };
}
