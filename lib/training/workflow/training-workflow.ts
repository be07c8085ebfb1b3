import { DefinitionBody } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { closedWindow } from './closed-window';
import { judgedModel } from './judged-model';
import { outcomes } from './outcomes';
import { Steps, type TrainingWorkflowProps } from './steps';
import { trainingJob } from './training-job';
import { trainingSet } from './training-set';

/**
 * The way from a point in time to a model that is approved or not, in JSONPath. State, from step to step:
 *
 *     { scheduledTime } or { window, … }     what the run was started with
 *     { …, window: { status, force, … } }    CheckWindow, again and again until the window is closed
 *     { …, plan }                            PlanTraining: job name, statements and places; or nothing to train
 *     { …, card }                            InspectTrainingSet: the data card in short, and what the gates say
 *     { …, capacity, tuning }                StartTuning, when hyperparameters are tuned: the tuning job's name
 *     { …, tuned }                           DescribeTuningJob, again and again; in the end what was found
 *     { …, capacity, started }               StartTraining: the job's name
 *     { …, job: { TrainingJobStatus, … } }   DescribeTrainingJob, again and again
 *     { …, record }                          RecordModel
 *     { …, verdict, registered }             JudgeModel, RegisterModel
 *     { …, held: { reason } }                instead: a gate or the budget holds the run back
 *     { …, failure: { Error, Cause } }       instead, from the step that failed
 *
 * Every way ends in a message, an event, and one of these states: ModelApproved, ModelAwaitsApproval, ModelRejected, NothingToTrain,
 * TrainingHeldBack, or RunFailed with the error and the cause of the step that failed. The messages are steps of the workflow, under its
 * own role: EventBridge, which could tell of an execution's end too, publishes to a topic only if the policies of topic and key let it
 * do so for every account. (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions).
 * What a machine cannot tell of itself is left to alarms: an execution that was aborted, or that ran out of time as a whole.
 *
 * Each step may run twice, and a run that starts again goes on where the last one ended: the closing of the window, the training set, the
 * job, the evaluation and the registered model are found under names that follow from the data.
 */
export function trainingWorkflow(scope: Construct, props: TrainingWorkflowProps): DefinitionBody {
  const ends = outcomes(scope, props);
  const steps = new Steps(scope, ends.failed);
  const judged = judgedModel(scope, steps, ends, props);
  const trained = trainingJob(scope, steps, ends, props, judged);
  const inspected = trainingSet(scope, steps, ends, props, trained);
  return DefinitionBody.fromChainable(closedWindow(scope, steps, ends, props, inspected));
}
