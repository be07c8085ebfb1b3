import { createHash } from 'node:crypto';
import { AwsError } from '../../http/aws-error';
import type { Operation } from '../../http/json-service';
import { KeptEntities } from '../../kept-entities';
import { checkRequest, structure, type Members, type Structure } from '../shapes';
import type { TrainingJobs } from '../training-jobs';
import { drawValues } from './parameter-ranges';
import { describeTuning, isTuningJob, isTuningOver, objectiveValue, type Tried, type TuningJob } from './tuning-job';
import { listTrials, listTrialsRequest, listTunings, listTuningsRequest } from './tuning-lists';
import { parseTuningRequest, trainingInput, tuningJobName } from './tuning-request';

export interface TuningJobsProps {
  readonly jobs: TrainingJobs;
  /** `arn:aws:sagemaker:us-east-1:000000000000` */
  readonly arnPrefix: string;
  /** The folder that keeps tuning jobs beyond the process. @default - they end with it */
  readonly stateDirectory: string | undefined;
  readonly now: () => number;
  /** Called with every new state of a tuning job. */
  readonly onChange: (tuning: TuningJob, tried: readonly Tried[]) => void;
}

const named = structure({ HyperParameterTuningJobName: tuningJobName }, 'HyperParameterTuningJobName');

/** What a tuning job that ran when its service was killed ends by. */
const abandoned = 'InternalServerError: the local SageMaker ended while the tuning job ran';

/**
 * Tuning jobs that search at random: training jobs one after the other, whatever the limit of those at a time.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
 */
export class TuningJobs {
  readonly operations: Readonly<Record<string, Operation>> = {
    CreateHyperParameterTuningJob: (input) => this.create(input),
    DescribeHyperParameterTuningJob: (input) => {
      const tuning = this.find('DescribeHyperParameterTuningJob', named, input);
      return describeTuning(tuning, this.triedBy(tuning));
    },
    StopHyperParameterTuningJob: (input) => {
      const tuning = this.find('StopHyperParameterTuningJob', named, input);
      if (!isTuningOver(tuning)) {
        this.stop(tuning);
      }
      return {};
    },
    ListTrainingJobsForHyperParameterTuningJob: (input) => {
      const tuning = this.find('ListTrainingJobsForHyperParameterTuningJob', listTrialsRequest, input);
      return listTrials(tuning, this.triedBy(tuning), input);
    },
    ListHyperParameterTuningJobs: (input) => {
      checkRequest('ListHyperParameterTuningJobs', listTuningsRequest, input);
      return listTunings([...this.byName.values()], (tuning) => this.triedBy(tuning), input);
    },
  };
  private readonly byName = new Map<string, TuningJob>();
  private readonly searches = new Map<string, Promise<void>>();
  private readonly kept: KeptEntities<TuningJob>;

  constructor(private readonly props: TuningJobsProps) {
    this.kept = new KeptEntities(props.stateDirectory, isTuningJob);
    for (const tuning of this.kept.load()) {
      this.byName.set(tuning.request.name, tuning);
      if (!isTuningOver(tuning)) {
        this.change(tuning.request.name, { status: 'Failed', failureReason: abandoned });
      }
    }
  }

  /** Settles when the tuning job is over; at once for one that does not exist. */
  async ended(name: string): Promise<void> {
    await this.searches.get(name);
  }

  /** Stops every search. */
  async close(): Promise<void> {
    [...this.byName.values()].filter((tuning) => !isTuningOver(tuning)).forEach((tuning) => this.stop(tuning));
    await Promise.all(this.searches.values());
  }

  private create(input: Members): unknown {
    const request = parseTuningRequest(input);
    const arn = `${this.props.arnPrefix}:hyper-parameter-tuning-job/${request.name.toLowerCase()}`;
    if (this.byName.has(request.name)) {
      throw new AwsError('ResourceInUse', `Hyper parameter tuning job with name ${request.name} already exists (${arn})`);
    }
    const now = this.props.now();
    this.put({ request, arn, status: 'InProgress', createdAt: now, modifiedAt: now, trials: [] });
    this.searches.set(request.name, this.search(request.name));
    return { HyperParameterTuningJobArn: arn };
  }

  /** Never throws: what goes wrong is the tuning job's failure. */
  private async search(name: string): Promise<void> {
    try {
      const { request, arn } = this.get(name);
      const seed = request.seed ?? Number.parseInt(digest(name), 16);
      for (let number = 1; number <= request.maxJobs && this.get(name).status === 'InProgress'; number += 1) {
        const drawn = drawValues(request.ranges, seed, number);
        const jobName = `${name}-${String(number).padStart(3, '0')}-${digest(`${name}/${number}/${seed}`)}`;
        this.props.jobs.create(trainingInput(request, jobName, drawn), arn);
        this.change(name, { trials: [...this.get(name).trials, { jobName, drawn }] });
        await this.props.jobs.ended(jobName);
      }
      const tuning = this.get(name);
      const isFruitless = this.triedBy(tuning).every(({ job }) => objectiveValue(tuning, job) === undefined);
      if (tuning.status === 'Stopping') {
        this.change(name, { status: 'Stopped' });
      } else if (isFruitless) {
        this.change(name, {
          status: 'Failed',
          failureReason: 'All training jobs failed. Please take a look at the training jobs failures to get more details.',
        });
      } else {
        this.change(name, { status: 'Completed' });
      }
    } catch (error: unknown) {
      this.change(name, { status: 'Failed', failureReason: error instanceof Error ? error.message : String(error) });
    }
  }

  private stop({ request: { name }, trials }: TuningJob): void {
    this.change(name, { status: 'Stopping' });
    const last = trials.at(-1);
    if (last !== undefined) {
      this.props.jobs.stop(last.jobName);
    }
  }

  private triedBy({ trials }: TuningJob): readonly Tried[] {
    return trials.flatMap((trial) => {
      const job = this.props.jobs.find(trial.jobName);
      return job === undefined ? [] : [{ trial, job }];
    });
  }

  /** @throws AwsError ResourceNotFound */
  private find(operation: string, shape: Structure, input: Members): TuningJob {
    checkRequest(operation, shape, input);
    const name = String(input.HyperParameterTuningJobName);
    const found = this.byName.get(name);
    if (found === undefined) {
      throw new AwsError('ResourceNotFound', `Amazon SageMaker can't find a tuning job with the name ${name}.`);
    }
    return found;
  }

  private get(name: string): TuningJob {
    const found = this.byName.get(name);
    if (found === undefined) {
      throw new Error(`the tuning job ${name} is gone`);
    }
    return found;
  }

  private change(name: string, change: Partial<TuningJob>): void {
    this.put({ ...this.get(name), ...change, modifiedAt: this.props.now() });
  }

  private put(tuning: TuningJob): void {
    this.byName.set(tuning.request.name, tuning);
    this.kept.save(tuning.request.name, tuning);
    this.props.onChange(tuning, this.triedBy(tuning));
  }
}

/** Eight hexadecimal digits that depend on nothing but the text. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
