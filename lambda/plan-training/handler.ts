import { S3Client } from '@aws-sdk/client-s3';
import { planClosedWindowEnvironment as names, planTrainingEnvironment as namesBySchedule } from '../../core/environment';
import { domainNamed } from '../../domains';
import { folderPrefix, readEnvironment, textsByName, wholeNumber } from '../shared/environment';
import { requireText, type Plan } from '../shared/plan';
import { S3Lake } from '../shared/s3-lake';
import { planBySchedule } from './by-schedule/logic';
import { parsePlanTrainingEvent } from './event';
import { planTraining, type PlannedTraining } from './logic';

const s3 = new S3Client({});

/** What a workflow that checks windows gives: the answer of CheckWindow, closed. */
interface ClosedWindowEvent {
  readonly window: unknown;
  readonly executionName: string;
}

/** What a workflow gives that checks none: the time at which the run was due, ISO 8601. */
interface ScheduledEvent {
  readonly scheduledTime: string;
  readonly executionName: string;
}

/** Plans a training run. */
export async function handler(event: ClosedWindowEvent): Promise<PlannedTraining>;
export async function handler(event: ScheduledEvent): Promise<Plan>;
export async function handler(event: ClosedWindowEvent | ScheduledEvent): Promise<PlannedTraining | Plan> {
  return 'window' in event ? onClosedWindow(event) : bySchedule({ ...event });
}

async function onClosedWindow(event: ClosedWindowEvent): Promise<PlannedTraining> {
  const variables = readEnvironment(names, process.env);
  return planTraining(
    {
      lake: new S3Lake(s3, variables.lakeBucket),
      now: Date.now,
      domain: domainNamed(variables.domain),
      tablePrefixes: textsByName(names.tablePrefixes, variables.tablePrefixes),
      trainingSetPrefix: folderPrefix(names.trainingSetPrefix, variables.trainingSetPrefix),
      jobNamePrefix: variables.jobNamePrefix,
      codeVersion: variables.codeVersion,
      trainingImage: variables.trainingImage,
      allowedLatenessSeconds: wholeNumber(names.allowedLatenessSeconds, variables.allowedLatenessSeconds),
    },
    parsePlanTrainingEvent(event),
  );
}

async function bySchedule(event: Readonly<Record<string, unknown>>): Promise<Plan> {
  const variables = readEnvironment(namesBySchedule, process.env);
  return planBySchedule(
    new S3Lake(s3, variables.lakeBucket),
    {
      domain: domainNamed(variables.domain),
      tablePrefixes: textsByName(namesBySchedule.tablePrefixes, variables.tablePrefixes),
      trainingSetPrefix: folderPrefix(namesBySchedule.trainingSetPrefix, variables.trainingSetPrefix),
      jobNamePrefix: variables.jobNamePrefix,
      allowedLatenessSeconds: wholeNumber(namesBySchedule.allowedLatenessSeconds, variables.allowedLatenessSeconds),
      deliveryBufferSeconds: wholeNumber(namesBySchedule.deliveryBufferSeconds, variables.deliveryBufferSeconds),
    },
    { scheduledTime: requireText(event, 'scheduledTime'), executionName: requireText(event, 'executionName') },
  );
}
