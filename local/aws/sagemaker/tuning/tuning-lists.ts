import { compareTexts, isBetween, pageOf } from '../page';
import { integer, oneOf, structure, time, type Members } from '../shapes';
import { objectiveValue, summarizeTrial, summarizeTuning, type Tried, type TuningJob } from './tuning-job';
import { tuningJobName } from './tuning-request';

const paging = {
  NextToken: { kind: 'text', max: 8192 },
  MaxResults: integer(1, 100),
  SortOrder: oneOf('Ascending', 'Descending'),
} as const;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobsForHyperParameterTuningJob.html */
export const listTrialsRequest = structure(
  {
    ...paging,
    HyperParameterTuningJobName: tuningJobName,
    StatusEquals: oneOf('InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'),
    SortBy: oneOf('Name', 'CreationTime', 'Status', 'FinalObjectiveMetricValue'),
  },
  'HyperParameterTuningJobName',
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListHyperParameterTuningJobs.html */
export const listTuningsRequest = structure({
  ...paging,
  SortBy: oneOf('Name', 'Status', 'CreationTime'),
  NameContains: { kind: 'text', max: 63, pattern: /[a-zA-Z0-9-]+/ },
  CreationTimeAfter: time,
  CreationTimeBefore: time,
  LastModifiedTimeAfter: time,
  LastModifiedTimeBefore: time,
  StatusEquals: oneOf('Completed', 'InProgress', 'Failed', 'Stopped', 'Stopping'),
});

/** A page of a tuning job's training jobs; sorted by the objective, those without one are left out, as on AWS. */
export function listTrials(tuning: TuningJob, tried: readonly Tried[], input: Members): unknown {
  const value = ({ job }: Tried): number | undefined => objectiveValue(tuning, job);
  const orders: Readonly<Record<string, (one: Tried, other: Tried) => number>> = {
    FinalObjectiveMetricValue: (one, other) => (value(one) ?? 0) - (value(other) ?? 0),
    Status: (one, other) => compareTexts(one.job.status, other.job.status),
  };
  const sortBy = typeof input.SortBy === 'string' ? input.SortBy : 'Name';
  const { entries, nextToken } = pageOf(
    tried.filter(
      (one) =>
        (input.StatusEquals === undefined || one.job.status === input.StatusEquals) &&
        (sortBy !== 'FinalObjectiveMetricValue' || value(one) !== undefined),
    ),
    input,
    {
      key: ({ trial }) => trial.jobName,
      // Names are numbered: their order is that of creation, too.
      compare: orders[sortBy] ?? ((one, other) => compareTexts(one.trial.jobName, other.trial.jobName)),
      defaultOrder: 'Ascending',
    },
  );
  return {
    TrainingJobSummaries: entries.map((one) => summarizeTrial(tuning, one)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}

/** A page of tuning jobs. */
export function listTunings(
  tunings: readonly TuningJob[],
  triedBy: (tuning: TuningJob) => readonly Tried[],
  input: Members,
): unknown {
  const orders: Readonly<Record<string, (one: TuningJob, other: TuningJob) => number>> = {
    CreationTime: (one, other) => one.createdAt - other.createdAt,
    Status: (one, other) => compareTexts(one.status, other.status),
  };
  const { entries, nextToken } = pageOf(
    tunings.filter(
      ({ status, request, createdAt, modifiedAt }) =>
        (input.StatusEquals === undefined || status === input.StatusEquals) &&
        (typeof input.NameContains !== 'string' || request.name.includes(input.NameContains)) &&
        isBetween(createdAt, input, 'CreationTime') &&
        isBetween(modifiedAt, input, 'LastModifiedTime'),
    ),
    input,
    {
      key: ({ request }) => request.name,
      compare:
        orders[typeof input.SortBy === 'string' ? input.SortBy : 'Name'] ??
        ((one, other) => compareTexts(one.request.name, other.request.name)),
      defaultOrder: 'Ascending',
    },
  );
  return {
    HyperParameterTuningJobSummaries: entries.map((tuning) => summarizeTuning(tuning, triedBy(tuning))),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}
