import type { TrainingRequest } from './training-request';

/** What befalls a training job, on purpose. */
export type JobFault =
  /** Spot capacity is taken away once, when training has begun: the job starts over and goes on. Befalls spot jobs alone. */
  | { readonly kind: 'interrupted' }
  /** There is no spot capacity for as long as the job may wait: it is stopped and leaves no model. Befalls spot jobs alone. */
  | { readonly kind: 'max-wait-time-exceeded' }
  /** The job fails before it trains. `reason` is its FailureReason: `InternalServerError: We encountered an internal error.` */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Training ends after so many rounds, whatever the job asks for: it is complete, and its model is poor. */
  | { readonly kind: 'cut-short'; readonly rounds: number };

/** Decides what befalls a job: undefined when nothing does. Called once for each job that is created. */
export type JobFaultPlan = (request: TrainingRequest) => JobFault | undefined;

const ofSpotJobs: ReadonlySet<JobFault['kind']> = new Set(['interrupted', 'max-wait-time-exceeded']);

/** The fault that the plan has for a job; one that can befall spot jobs only passes others by. */
export function faultOf(plan: JobFaultPlan | undefined, request: TrainingRequest): JobFault | undefined {
  const fault = plan?.(request);
  return fault === undefined || (ofSpotJobs.has(fault.kind) && !request.isSpot) ? undefined : fault;
}
