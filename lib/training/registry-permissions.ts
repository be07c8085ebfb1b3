import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ModelGroup } from './model-group';

/**
 * Looks for versions of a group. Listing takes no resource.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function readModels({ versionsArn }: ModelGroup): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'ListModels', actions: ['sagemaker:ListModelPackages'], resources: ['*'] }),
    new PolicyStatement({ sid: 'DescribeModels', actions: ['sagemaker:DescribeModelPackage'], resources: [versionsArn] }),
  ];
}

/**
 * Adds a version, and says why it is approved or not. SageMaker looks at the image in the name of who registers.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-registry.html
 */
export function registerModels({ groupArn, versionsArn }: ModelGroup, imageRepositoryArn: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'RegisterModels',
      actions: ['sagemaker:CreateModelPackage'],
      resources: [groupArn, versionsArn],
    }),
    new PolicyStatement({ sid: 'ExplainModels', actions: ['sagemaker:UpdateModelPackage'], resources: [versionsArn] }),
    new PolicyStatement({
      sid: 'FindImage',
      actions: ['ecr:BatchGetImage', 'ecr:DescribeImages'],
      resources: [imageRepositoryArn],
    }),
  ];
}
