import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

export interface ModelGroupProps {
  /** The group's name. A group has to have one; it is the pipeline's. */
  readonly name: string;
}

/**
 * Regions in which CloudFormation has no `AWS::SageMaker::ModelPackageGroup`, by the schemas that it publishes for each. @see
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
 */
const regionsWithoutType: ReadonlySet<string> = new Set([
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-4',
  'ap-southeast-6',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
]);

/**
 * The pipeline's models in the Model Registry of SageMaker: a version for each model that was judged, with what it is made from, how good
 * it is, and whether it may be used.
 *
 * It outlives its stack: a group is deleted only when it has no versions left, and costs nothing. A stack that is made anew adopts it by
 * `cdk deploy --import-existing-resources`.
 *
 * Where CloudFormation cannot make a group, it is named and not made: `aws sagemaker create-model-package-group` makes it, once.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-model-group.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export class ModelGroup extends Construct {
  readonly groupName: string;
  readonly groupArn: string;
  /** ARN of every version. */
  readonly versionsArn: string;

  constructor(scope: Construct, id: string, { name }: ModelGroupProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.groupName = name;
    this.groupArn =
      !Token.isUnresolved(stack.region) && regionsWithoutType.has(stack.region)
        ? stack.formatArn({ service: 'sagemaker', resource: 'model-package-group', resourceName: name })
        : this.make(name);
    this.versionsArn = stack.formatArn({ service: 'sagemaker', resource: 'model-package', resourceName: `${name}/*` });
  }

  private make(name: string): string {
    const group = new CfnModelPackageGroup(this, 'Group', {
      modelPackageGroupName: name,
      modelPackageGroupDescription: 'Models of this pipeline: what each is made from, how good it is, whether it may be used',
    });
    group.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return group.attrModelPackageGroupArn;
  }
}
