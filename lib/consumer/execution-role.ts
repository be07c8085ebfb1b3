import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface ExecutionRoleProps {
  /** Where the image lies. */
  readonly repository: IRepository;
  /** Where the container's output goes. */
  readonly logs: ILogGroup;
}

/**
 * The role by which Fargate starts a task: pulls its image and opens its log. The container never has it.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function executionRole(scope: Construct, id: string, { repository, logs }: ExecutionRoleProps): Role {
  const statements = [
    // Takes no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    new PolicyStatement({ sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    new PolicyStatement({
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repository.repositoryArn],
    }),
    new PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logs.logGroupArn],
    }),
  ];
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    inlinePolicies: { Start: new PolicyDocument({ statements }) },
  });
}
