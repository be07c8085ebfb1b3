import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import * as tar from 'tar';
import { prepareContainer, runContainer, type ContainerExit } from './container';
import { modelUri } from './describe-job';
import { MetricCollector } from './metric-definitions';
import type { JobFault } from './job-faults';
import { downloadChannel, TransferError, upload } from './s3-transfer';
import { userErrorExitCode } from './xgboost/user-error';
import { isOver, moved, type SecondaryStatus, type TrainingJob } from './training-job';
import type { TrainingRequest } from './training-request';

/** DescribeTrainingJob returns so many characters of a failure's reason. */
const maxFailureReasonLength = 1024;

export interface JobRunnerOptions {
  readonly s3: S3Client;
  /** The job's own folder; `opt/ml` is made below it. */
  readonly directory: string;
  readonly logFile: string;
  readonly now: () => number;
  readonly onLogLine: (line: string) => void;
  /** Called with every new state. */
  readonly onChange: (job: TrainingJob) => void;
  /** What goes wrong, on purpose. @default - nothing */
  readonly fault: JobFault | undefined;
}

/** The line of a log that tells of the first round. */
const firstRound = /^\[0\]#011/;

/** One training job from `Starting` to its end. Never throws: what goes wrong is the job's failure. */
export class JobRunner {
  private readonly stopping = new AbortController();
  private readonly killing = new AbortController();
  /** The folder that stands for `/opt/ml`. */
  private readonly root: string;
  /** Settles when the job is over. */
  readonly done: Promise<void>;

  constructor(
    private job: TrainingJob,
    private readonly options: JobRunnerOptions,
  ) {
    this.root = path.join(options.directory, 'opt/ml');
    this.done = this.run().catch((error: unknown) => {
      if (!isOver(this.job)) {
        this.fail(error instanceof TransferError ? error.message : `InternalServerError: ${String(error)}`);
      }
    });
  }

  /** StopTrainingJob: the container gets SIGTERM and two minutes. */
  stop(): void {
    if (!isOver(this.job) && !this.stopping.signal.aborted) {
      this.move('Stopping');
      this.stopping.abort();
    }
  }

  /** Ends the job's process at once; resolves when it is gone. */
  async kill(): Promise<void> {
    this.killing.abort();
    this.stopping.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    const { fault } = this.options;
    await prepareContainer(this.root, fault?.kind === 'cut-short' ? cutShort(this.job.request, fault.rounds) : this.job.request);
    if (fault?.kind === 'failed') {
      this.fail(fault.reason);
    } else if (fault?.kind === 'max-wait-time-exceeded') {
      this.move('MaxWaitTimeExceeded');
    } else if (fault?.kind !== 'interrupted' || (await this.isInterrupted())) {
      await this.train();
    }
  }

  /** Trains until the first round is done and the capacity is taken away. False when the job was over before. */
  private async isInterrupted(): Promise<boolean> {
    const capacity = new AbortController();
    await this.train(capacity);
    if (isOver(this.job)) {
      return false;
    }
    this.move('Interrupted');
    // Nothing is left of the instance.
    await prepareContainer(this.root, this.job.request);
    this.move('Starting');
    return true;
  }

  /**
   * From the download to the end of the job.
   * @param capacity aborted, and the container killed, when the first round is done: then the job is not over. @default - stays
   */
  private async train(capacity?: AbortController): Promise<void> {
    const { s3, logFile } = this.options;
    const { root } = this;
    const { request } = this.job;
    const metrics = new MetricCollector();
    this.move('Downloading');
    try {
      for (const channel of request.channels) {
        await downloadChannel(s3, channel, path.join(root, 'input/data', channel.name), this.stopping.signal);
      }
    } catch (error: unknown) {
      if (this.stopping.signal.aborted) {
        this.move('Stopped');
        return;
      }
      throw error;
    }
    this.move('Training');
    const timeLimit = new AbortController();
    const timer = setTimeout(() => timeLimit.abort(), Math.min(request.maxRuntimeSeconds * 1000, 2 ** 31 - 1));
    const exit = await runContainer({
      root,
      logFile,
      onLine: (line) => {
        metrics.add(line, this.options.now());
        this.options.onLogLine(line);
        if (firstRound.test(line)) {
          capacity?.abort();
        }
      },
      stop: AbortSignal.any([this.stopping.signal, timeLimit.signal]),
      kill: capacity === undefined ? this.killing.signal : AbortSignal.any([this.killing.signal, capacity.signal]),
    }).finally(() => clearTimeout(timer));
    if (capacity?.signal.aborted === true && !this.stopping.signal.aborted) {
      return;
    }
    const end: SecondaryStatus = timeLimit.signal.aborted
      ? 'MaxRuntimeExceeded'
      : this.stopping.signal.aborted
        ? 'Stopped'
        : 'Completed';
    if (end === 'Completed' && exit.exitCode !== 0) {
      this.fail(failureReason(exit));
      return;
    }
    if (!this.killing.signal.aborted) {
      this.move('Uploading');
      await this.uploadModel();
    }
    this.move(end, { metrics: metrics.final() });
  }

  /** The same files give the same bytes: no owner, no times. */
  private async uploadModel(): Promise<void> {
    const { root } = this;
    const archive = path.join(root, 'output/model.tar.gz');
    const entries = (await fs.readdir(path.join(root, 'model'))).sort();
    if (entries.length === 0) {
      return;
    }
    await tar.create({ gzip: true, file: archive, cwd: path.join(root, 'model'), portable: true, mtime: new Date(0) }, entries);
    await upload(this.options.s3, archive, modelUri(this.job.request));
  }

  private fail(reason: string): void {
    this.move('Failed', { failureReason: reason.slice(0, maxFailureReasonLength) });
  }

  private move(to: SecondaryStatus, more: Parameters<typeof moved>[3] = {}): void {
    this.job = moved(this.job, to, this.options.now(), more);
    this.options.onChange(this.job);
  }
}

function cutShort(request: TrainingRequest, rounds: number): TrainingRequest {
  return { ...request, hyperparameters: { ...request.hyperparameters, num_round: String(rounds) } };
}

/** As SageMaker words it: whose fault it was by the exit code, then what the container wrote. */
function failureReason({ exitCode, failure }: ContainerExit): string {
  if (exitCode === undefined) {
    return 'AlgorithmError: the training process was killed';
  }
  const prefix = exitCode === userErrorExitCode ? 'ClientError' : 'AlgorithmError';
  return `${prefix}: ${failure ?? 'the training process ended without saying why: see its log'}, exit code: ${exitCode}`;
}
