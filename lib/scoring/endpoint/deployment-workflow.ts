import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  Pass,
  Succeed,
  Wait,
  WaitTime,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { OutcomeMessage } from '../../training/workflow/outcome-messages';
import { messageOnly } from '../../training/workflow/outcomes';
import { Steps } from '../../training/workflow/steps';
import { tell } from '../../training/workflow/tell';
import { deploymentMessages } from './deployment-messages';

export interface DeploymentWorkflowProps {
  /** Brings the endpoint a step nearer to serving the model in use, and says how far it is. */
  readonly deployModel: IFunction;
  /** Between two questions how far it is. */
  readonly pollInterval: Duration;
  /** Where outcomes are told. */
  readonly notifications: ITopic;
  /** The pipeline's name, for people, and the end of the source of its events. */
  readonly pipeline: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

/**
 * The way to an endpoint that serves the model in use, in JSONPath. State, from step to step:
 *
 *     any JSON                                    what the run was started with: an event, of which nothing follows
 *     { deployment: { begun } }                   BeginDeployment: this run has done nothing yet
 *     { deployment: { status, begun, reason, … } }  DeployModel, again and again until it ends
 *     { …, failure: { Error, Cause } }            instead, from the step that failed
 *
 * Every way ends in EndpointInService, EndpointUnchanged, NothingToServe, EndpointTakenDown or DeploymentFailed. A run looks at what there is, so that it
 * may start at any time, beside others, and after one that was broken off.
 */
export function deploymentWorkflow(scope: Construct, props: DeploymentWorkflowProps): DefinitionBody {
  const { deployModel, notifications: topic, pollInterval } = props;
  const told = (what: string, message: OutcomeMessage, next: IChainable): IChainable =>
    tell(scope, what, { ...props, topic, message, next });
  const runFailed = new Fail(scope, 'DeploymentFailed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
  const steps = new Steps(scope, messageOnly(scope, told('Failure', deploymentMessages.failed, runFailed)));

  const begin = Pass.jsonPath(scope, 'BeginDeployment', { parameters: { deployment: { begun: { kind: 'nothing' } } } });
  const deploy = steps.caught(
    steps.invoke(
      'DeployModel',
      deployModel,
      { startedAt: JsonPath.stringAt('$$.Execution.StartTime'), deployment: JsonPath.objectAt('$.deployment') },
      '$.deployment',
    ),
  );
  const wait = new Wait(scope, 'WaitForEndpoint', { time: WaitTime.duration(pollInterval) });
  const status = (name: string): Condition => Condition.stringEquals('$.deployment.status', name);
  deploy.next(
    new Choice(scope, 'HowFarIsIt')
      .when(status('in-progress'), wait.next(deploy))
      .when(status('in-service'), told('Endpoint', deploymentMessages.inService, new Succeed(scope, 'EndpointInService')))
      .when(status('unchanged'), new Succeed(scope, 'EndpointUnchanged'))
      .when(status('nothing-to-serve'), new Succeed(scope, 'NothingToServe'))
      .when(status('taken-down'), told('Removal', deploymentMessages.takenDown, new Succeed(scope, 'EndpointTakenDown')))
      .otherwise(steps.failure('NotServed', { Error: 'EndpointNotServing', Cause: JsonPath.stringAt('$.deployment.reason') })),
  );
  return DefinitionBody.fromChainable(begin.next(deploy));
}
