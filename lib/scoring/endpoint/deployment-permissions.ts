import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ServerlessEndpointConfig } from '../../config/pipeline-config';
import type { Lake } from '../../lake/lake';
import { useKey } from '../../shared/encryption-key';
import type { ModelGroup } from '../../training/model-group';
import { readModels } from '../../training/registry-permissions';

export interface DeploymentPermissionsProps {
  readonly lake: Lake;
  readonly models: ModelGroup;
  readonly modelRole: IRole;
  readonly endpointName: string;
  readonly endpoint: ServerlessEndpointConfig;
}

/**
 * Looks which model is in use, and makes, changes and deletes the endpoint with what it serves: no endpoint of another name, none on
 * instances, none that is larger than the configuration says, and no model under another role. Listing takes no resource.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function deploymentPermissions(scope: Construct, props: DeploymentPermissionsProps): PolicyStatement[] {
  const { lake, models, modelRole, endpointName, endpoint } = props;
  const named = (resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName });
  const model = named('model', `${endpointName}-v*`);
  const config = named('endpoint-config', `${endpointName}-v*`);
  const served = named('endpoint', endpointName);
  return [
    ...readModels(models),
    new PolicyStatement({
      sid: 'ListServed',
      actions: ['sagemaker:ListEndpointConfigs', 'sagemaker:ListModels'],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'ServeModels',
      actions: ['sagemaker:CreateModel', 'sagemaker:DeleteModel', 'sagemaker:DescribeModel'],
      resources: [model],
    }),
    new PolicyStatement({
      sid: 'ConfigureEndpoint',
      actions: ['sagemaker:CreateEndpointConfig'],
      resources: [config],
      // A configuration on instances has neither, and a comparison with what is not there does not hold.
      conditions: {
        NumericLessThanEquals: {
          'sagemaker:ServerlessMaxConcurrency': String(endpoint.maxConcurrency),
          'sagemaker:ServerlessMemorySize': String(endpoint.memoryMiB),
        },
      },
    }),
    new PolicyStatement({
      sid: 'FindConfigurations',
      actions: ['sagemaker:DeleteEndpointConfig', 'sagemaker:DescribeEndpointConfig'],
      resources: [config],
    }),
    // To make or change an endpoint takes the right on its configuration as well.
    new PolicyStatement({
      sid: 'ChangeEndpoint',
      actions: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint'],
      resources: [served, config],
    }),
    new PolicyStatement({
      sid: 'FindEndpoint',
      actions: ['sagemaker:DeleteEndpoint', 'sagemaker:DescribeEndpoint'],
      resources: [served],
    }),
    // Asked for by what has tags when it is made.
    new PolicyStatement({ sid: 'TagServed', actions: ['sagemaker:AddTags'], resources: [model, config, served] }),
    new PolicyStatement({
      sid: 'PassModelRole',
      actions: ['iam:PassRole'],
      resources: [modelRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
    ...encryptImage(lake),
  ];
}

/** SageMaker gives the key on to the copy of the image that the endpoint keeps. */
function encryptImage({ key }: Lake): PolicyStatement[] {
  const statements = useKey('EncryptImage', key, 'kms:CreateGrant');
  for (const statement of statements) {
    statement.addCondition('Bool', { 'kms:GrantIsForAWSResource': 'true' });
  }
  return statements;
}
