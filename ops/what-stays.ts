import type { SynthesizedStack, TemplateResource } from './assembly';

/** A resource, as far as whoever deletes its stack wants to know it. */
export interface Remains {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

/** What deleting the stacks leaves behind, and what it takes away. What is in a protected stack is in neither: nothing happens to it. */
export interface Aftermath {
  readonly stays: readonly Remains[];
  /** Holds data, and goes. */
  readonly dataGoes: readonly Remains[];
  /** How many resources of each other type go. */
  readonly goes: Readonly<Record<string, number>>;
  /** Stacks that CloudFormation refuses to delete while their protection is on. */
  readonly protectedStacks: readonly string[];
  /** What is in no template and stays: made by services, by the CDK and by devices. A line each. */
  readonly besides: readonly string[];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html: without the attribute, Delete. */
const stayingPolicies = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** Types whose deletion loses what somebody wrote, or what is needed to read it. */
const holdsData = [
  'AWS::DynamoDB::Table',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
];

/** What there is of it besides, by the type of resource that goes. */
const besidesOf: Readonly<Record<string, string>> = {
  // https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-gc.html
  'AWS::ECS::TaskDefinition': 'images of the consumer and code of functions, in the CDK’s repository and bucket: cdk gc',
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
  'AWS::ECS::Cluster': 'log group /aws/ecs/containerinsights/CLUSTER/performance, which is emptied by itself',
  // https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
  'AWS::StepFunctions::StateMachine':
    'log group /aws/sagemaker/TrainingJobs, of all training jobs in the account; names of jobs, which cost nothing',
  // https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html
  'AWS::Athena::WorkGroup':
    'the Athena workgroup, once a query has run in it, unless the stage says mayDestroyData: it stops its stack, docs/lake.md',
  // https://docs.aws.amazon.com/iot/latest/apireference/API_DeletePolicy.html
  'AWS::IoT::Policy': 'devices and their certificates; their policies must be detached first: docs/devices.md',
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kms-key.html (PendingWindowInDays)
  'AWS::KMS::Key': 'keys, for 30 days and free of charge: aws kms cancel-key-deletion brings one back',
};

/** Works out from the templates' deletion policies what deleting the stacks does. */
export function aftermathOf(stacks: readonly SynthesizedStack[]): Aftermath {
  const stays: Remains[] = [];
  const dataGoes: Remains[] = [];
  const goes: Record<string, number> = {};
  for (const { name: stack, resources } of stacks.filter(({ terminationProtection }) => !terminationProtection)) {
    for (const [logicalId, resource] of Object.entries(resources)) {
      const one = { stack, logicalId, type: resource.Type };
      if (staysBehind(resource, resources)) {
        stays.push(one);
      } else if (holdsData.includes(resource.Type)) {
        dataGoes.push(one);
      } else {
        goes[resource.Type] = (goes[resource.Type] ?? 0) + 1;
      }
    }
  }
  return {
    stays,
    dataGoes,
    goes,
    protectedStacks: stacks.filter(({ terminationProtection }) => terminationProtection).map(({ name }) => name),
    besides: [
      ...Object.entries(besidesOf)
        .filter(([type]) => goes[type] !== undefined || dataGoes.some((one) => one.type === type))
        .map(([, text]) => text),
      ...stacks.filter(({ terminationProtection }) => !terminationProtection).flatMap(endpointOf),
    ],
  };
}

/**
 * A workflow of the scoring stack makes the endpoint, under the pipeline's name. The template of today may ask for none, and there may be
 * one from before: so it is named in any case.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html, which wants the model's role to be there
 */
function endpointOf({ name: stack }: SynthesizedStack): readonly string[] {
  const [, name] = /^(.+)-scoring$/.exec(stack) ?? [];
  return name === undefined
    ? []
    : [
        `the endpoint ${name}, if scoring.endpoint was ever serverless, with what it serves. Delete it before its role goes:`,
        `  aws sagemaker delete-endpoint --endpoint-name ${name}`,
        `  aws sagemaker list-endpoint-configs --name-contains ${name}-v   # delete-endpoint-config and delete-model take`,
        '  the names that this shows: a configuration and its model have the same. They cost nothing',
      ];
}

/** A log stream that is kept goes all the same when its group does. */
function staysBehind(
  { Type, DeletionPolicy = 'Delete', Properties }: TemplateResource,
  resources: SynthesizedStack['resources'],
): boolean {
  if (!stayingPolicies.includes(DeletionPolicy)) {
    return false;
  }
  const group = Type === 'AWS::Logs::LogStream' ? Properties['LogGroupName'] : undefined;
  const parent = typeof group === 'object' && group !== null && 'Ref' in group ? resources[String(group.Ref)] : undefined;
  return parent === undefined || stayingPolicies.includes(parent.DeletionPolicy ?? 'Delete');
}
