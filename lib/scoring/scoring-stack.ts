import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { QueryWorkgroup } from '../delivery/query-workgroup';
import { deliveryDelaySeconds } from '../delivery/transformation';
import { lakeLayout } from '../lake/lake-layout';
import { TableGrants, useTableGrants } from '../lake/table-grants';
import { logGroup } from '../shared/log-group';
import type { RuntimeCode } from '../shared/runtime-code';
import { deadLetters } from '../training/dead-letters';
import { trainingSchedule } from '../training/training-schedule';
import { callAndTell, queryPermissions, stateMachineRole } from '../training/workflow/workflow-role';
import { ModelEndpoint } from './endpoint/model-endpoint';
import { scoringFunctions, type ScoringFunctions, type ScoringFunctionsProps } from './scoring-functions';
import { scoringWorkflow } from './scoring-workflow';

export interface ScoringStackProps extends ScoringFunctionsProps {
  readonly workgroup: QueryWorkgroup;
  readonly code: Pick<RuntimeCode, keyof ScoringFunctions | 'deployModel'>;
}

/** What the query and the functions may take together, beside the wait for Firehose. */
const longestRun = Duration.hours(2);

/** What the model in use says of new rows, on a schedule. Stateless: batches and predictions lie in the lake. */
export class ScoringStack extends Stack {
  readonly workflow: StateMachine;
  readonly functions: ScoringFunctions;
  /** Starts that could not be delivered. */
  readonly deadLetters: IQueue;
  /** Undefined when the model in use answers no requests. */
  readonly endpoint: ModelEndpoint | undefined;

  constructor(scope: Construct, id: string, props: ScoringStackProps) {
    super(scope, id, props);
    const { config, foundation, lake, workgroup, prefix } = props;
    const { scoring, monitoring } = config;
    const { operationsKey, notifications } = foundation;
    this.functions = scoringFunctions(this, props);
    const { finishScoring, listRows, planScoring, scoreRows } = this.functions;
    const functions = {
      planScoring: planScoring.function,
      listRows: listRows.function,
      scoreRows: scoreRows.function,
      finishScoring: finishScoring.function,
    };
    const deliverySeconds = deliveryDelaySeconds(config.delivery);
    this.workflow = new StateMachine(this, 'Workflow', {
      definitionBody: scoringWorkflow(this, {
        functions,
        workgroupName: workgroup.name,
        databaseName: lake.database.databaseName,
        deliveryBuffer: Duration.seconds(deliverySeconds),
        notifications,
        pipeline: prefix,
        runbookUrl: monitoring.runbookUrl,
      }),
      // No step is without an end of its own; this is for what nobody thought of.
      timeout: Duration.seconds(deliverySeconds).plus(longestRun),
      // As with the training: names, SQL and counts, never a row.
      logs: {
        destination: logGroup(this, 'WorkflowLogs', config, operationsKey, {
          logGroupName: `/aws/vendedlogs/states/${prefix}-scoring`,
        }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
      tracingEnabled: true,
      // The tasks' own grants reach every bucket and every table.
      role: stateMachineRole(this, 'WorkflowRole', 'The scoring workflow', [
        ...queryPermissions(lake, workgroup.arn, lakeLayout.scoringRows),
        ...useTableGrants(lake),
        ...callAndTell(this, {
          functions: Object.values(functions),
          pipeline: prefix,
          notifications,
          notificationsKey: monitoring.topicArn === undefined ? operationsKey : undefined,
        }),
      ]).withoutPolicyUpdates(),
    });
    new TableGrants(this, 'WorkflowGrants', {
      lake,
      principalArn: this.workflow.role.roleArn,
      tables: Object.keys(lake.tables),
      permissions: ['DESCRIBE', 'SELECT'],
    });
    this.deadLetters = deadLetters(this, 'DeadLetters', operationsKey);
    trainingSchedule(this, 'Schedule', {
      starts: { workflow: 'scoring', description: 'Scores new rows' },
      stateMachine: this.workflow,
      expression: scoring.schedule,
      enabled: scoring.scheduled,
      deadLetters: this.deadLetters,
      deadLettersKey: operationsKey,
    });
    const { endpoint } = scoring;
    this.endpoint = endpoint.mode === 'serverless' ? new ModelEndpoint(this, 'Endpoint', { ...props, endpoint }) : undefined;
    new CfnOutput(this, 'WorkflowArn', {
      value: this.workflow.stateMachineArn,
      description: 'The state machine that scores new rows',
    });
    if (this.endpoint !== undefined) {
      new CfnOutput(this, 'EndpointName', {
        value: this.endpoint.endpointName,
        description: 'The endpoint at which the model in use answers',
      });
      new CfnOutput(this, 'EndpointWorkflowArn', {
        value: this.endpoint.workflow.stateMachineArn,
        description: 'The state machine that brings the model in use to the endpoint',
      });
    }
  }
}
