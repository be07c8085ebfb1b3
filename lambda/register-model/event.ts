import { EventReader } from '../shared/event-reader';
import { readTuned, type Tuned } from '../shared/job/tuned';
import type { Approval } from '../shared/model-registry';
import { readTrainingCard } from '../shared/training-card';
import { readTrainingPlan, type TrainingPlan } from '../shared/training-plan';

/** The event: a model that has been judged, and all that it is made from. */
export interface RegisterModelEvent {
  readonly plan: TrainingPlan;
  /** Names the rows that it was trained on. */
  readonly contentHash: string;
  readonly record: {
    readonly jobName: string;
    readonly jobArn: string;
    readonly modelUri: string;
    /** When its job was created, ISO 8601, UTC. @default - not known */
    readonly createdAt?: string;
    /** What a tuning job has found. @default - none was asked for */
    readonly tuned?: Tuned;
  };
  readonly verdict: {
    readonly approval: Approval;
    readonly reason: string;
    readonly evaluationUri: string;
    readonly qualityUri: string;
    /** Values over all test rows, by the names that they are registered under. */
    readonly metrics: Readonly<Record<string, number>>;
  };
}

const approvals = ['Approved', 'Rejected', 'PendingManualApproval'] as const satisfies readonly Approval[];

/** Checks an event: `plan`, `card`, `record` and `verdict`. @throws TrainingError naming the member that is missing */
export function parseRegisterModelEvent(value: unknown): RegisterModelEvent {
  const event = new EventReader(value);
  const record = event.object('record');
  const verdict = event.object('verdict');
  const tuned = readTuned(record, 'tuned');
  return {
    plan: readTrainingPlan(event, 'plan'),
    contentHash: readTrainingCard(event, 'card').contentHash,
    record: {
      jobName: record.text('jobName'),
      jobArn: record.text('jobArn'),
      modelUri: record.text('modelUri'),
      ...(record.has('createdAt') && { createdAt: record.text('createdAt') }),
      ...(tuned !== undefined && { tuned }),
    },
    verdict: {
      approval: verdict.oneOf('approval', approvals),
      reason: verdict.text('reason'),
      evaluationUri: verdict.text('evaluationUri'),
      qualityUri: verdict.text('qualityUri'),
      metrics: verdict.numbers('metrics'),
    },
  };
}
