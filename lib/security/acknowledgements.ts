/** A finding of cdk-nag that stays, and why. */
export interface Acknowledgement {
  /** Ids of the rules, without what they found: `AwsSolutions-IAM5`. Both packs may have one for the same thing. */
  readonly rules: readonly string[];
  /** Stack and path of the resources: see `Finding.where`. */
  readonly where: RegExp;
  /** What was found, for rules that find several things on one resource: see `Finding.finding`. @default - the rule finds one thing */
  readonly finding?: RegExp;
  /** Why it is right as it is, and what takes the rule's place. */
  readonly reason: string;
}

/**
 * Every finding of the packs AwsSolutions and NIST 800-53 revision 5 that is not mended, in any configuration. A test fails on a
 * finding that is not here, and on an entry that no configuration needs any more.
 */
export const acknowledgements: readonly Acknowledgement[] = [
  {
    rules: ['NIST.800.53.R5-IAMNoInlinePolicy'],
    where: /./,
    reason:
      'A policy that is part of its role is deleted with it, is attached to nothing else and is read in one place. No role here shares its rights with another.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /./,
    finding: /^Resource::\*$/,
    reason: 'The action takes no resource; each such action is in lib/security/wildcards.ts with its source.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^delivery\/.*Role/,
    finding: /^Resource::<LakeBucket\.Arn>\/(?:tables\/\w+|errors\/\w+|quarantine)\/\*$/,
    reason: 'Objects below the prefix of one delivery stream; Firehose makes up their names.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^training\/.*Role/,
    finding:
      /^Resource::<LakeBucket\.Arn>\/(?:(?:tables|training-sets|athena-results)\/\*|training-sets\/\*\/(?:manifest\.json|data-card\.(?:json|html))|training-sets\/windows\/\*\/(?:closing|inputs)-\*\.json|trials\/<prefix>-\*|models\/(?:records\/)?<prefix>-\*(?:\.json|\/evaluation\.json|\/model-quality\.json)?)$/,
    reason:
      'Objects below one prefix of the lake, of this pipeline; the rest of their names comes from hashes, times and Athena.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^scoring\/.*Role/,
    finding:
      /^Resource::(?:<LakeBucket\.Arn>\/(?:(?:tables|tables\/predictions|athena-results|scoring\/rows)\/\*|scoring\/batches\/\*\/(?:batch|rows|done)\.json|models\/<prefix>-\*)|arn:<partition>:sagemaker:<region>:<account>:model-package\/<prefix>\/\*)$/,
    reason:
      'Objects below one prefix of the lake, and models of this pipeline; the rest of their names comes from times, hashes, versions and Athena.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^scoring\/Endpoint\/DeployModelFunction\/Role$/,
    finding: /^Resource::arn:<partition>:sagemaker:<region>:<account>:(?:endpoint-config|model)\/<prefix>-v\*$/,
    reason:
      'What the endpoint of this pipeline serves; the rest of a name is the version and how it is served. The endpoint itself is named.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^lake\/Governance\/DataLocation\/Role$/,
    finding: /^Resource::<LakeBucket\.Arn>\/tables\/\*$/,
    reason: 'Lake Formation hands out access to the files of the tables, and to nothing else, in the name of this role.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^training\/.*Role/,
    finding: /^Resource::arn:<partition>:sagemaker:<region>:<account>:training-job\/<(?:tuning-)?prefix>-\*$/,
    reason: 'Jobs of this pipeline only; the rest of a name is the window and the hash of the inputs.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^training\/.*Role/,
    finding: /^Resource::arn:<partition>:sagemaker:<region>:<account>:hyper-parameter-tuning-job\/<tuning-prefix>-\*$/,
    reason: 'Tuning jobs of this pipeline only; the rest of a name is the hash of the inputs.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^training\/.*Role/,
    finding: /^Resource::arn:<partition>:sagemaker:<region>:<account>:model-package\/<prefix>\/\*$/,
    reason: 'Versions of the group of this pipeline only; SageMaker numbers them.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^training\/JobRole$/,
    finding:
      /^Resource::arn:<partition>:logs:<region>:<account>:log-group:\/aws\/sagemaker\/TrainingJobs:(?:\*|log-stream:<(?:tuning-)?prefix>-\*)$/,
    reason: 'SageMaker writes the logs of every job to this log group, and names the streams in it after the jobs.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^training\/JobRole$/,
    finding: /^Resource::arn:<partition>:ec2:<region>:<account>:network-interface\/\*$/,
    reason:
      'SageMaker makes the network interfaces of a job, which have no name before; their subnets and security group are named.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^ingestion\/IotCore\/Telemetry\/KeepUndeliveredRole$/,
    finding: /^Resource::<IotCoreUndeliveredBucket\.Arn>\/undelivered\/\*$/,
    reason: 'The rule names each undelivered message by its time and an id.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^ingestion\/IotCore\/Provisioning\/Role$/,
    finding: /^Resource::arn:<partition>:iot:<region>:<account>:(?:cert|thing)\/\*$/,
    reason:
      'A device that registers has no name before, and no certificate. What it then gets is one policy, which is named, and by which it can do nothing but publish as itself.',
  },
  {
    rules: ['NIST.800.53.R5-LambdaConcurrency'],
    where: /^(?:training|scoring|delivery)\/.*\/Function$/,
    reason:
      'Reserved concurrency is taken from the account’s pool. Each function is called by one state machine, which runs by a schedule or on a decision about a model, or by one delivery stream, which bounds its calls itself.',
  },
  {
    rules: ['NIST.800.53.R5-LambdaDLQ'],
    where: /^(?:training|scoring|delivery)\/.*\/Function$/,
    reason:
      'Called synchronously, by Step Functions or Firehose, which see the failure, retry, and report it. A dead-letter queue takes asynchronous invocations only.',
  },
  {
    rules: ['NIST.800.53.R5-LambdaInsideVPC'],
    where: /^(?:training|scoring|delivery)\/.*\/Function$/,
    reason:
      'The functions call S3 and SageMaker, or nothing, and listen to nobody. In the VPC they would need more interface endpoints; what they may reach is bounded by their roles.',
  },
  {
    rules: ['AwsSolutions-ECS2'],
    where: /^consumer\/Consumer\/Task$/,
    reason: 'Names of resources, intervals and a log level; the task has no secret, its credentials come from its role.',
  },
  {
    rules: ['NIST.800.53.R5-DynamoDBInBackupPlan'],
    where: /^consumer\/Leases\/Table$/,
    reason:
      'Positions in the stream, of no worth without it and older than it after an hour. Point-in-time recovery is on; a lost table is made anew and the stream is read from its start, with duplicates that SQL drops.',
  },
  {
    rules: ['NIST.800.53.R5-DynamoDBInBackupPlan'],
    where: /^consumer\/Devices\/Table$/,
    reason:
      'Of worth only together with the leases, and of the same moment. Point-in-time recovery is on for both; without it features over windows start over, once for each device.',
  },
  {
    rules: ['AwsSolutions-SQS3'],
    where: /^(?:training|scoring|scoring\/Endpoint\/Triggers)\/DeadLetters$/,
    reason: 'This is the dead-letter queue itself; what comes into it is an alarm.',
  },
  {
    rules: ['AwsSolutions-KDS3'],
    where: /^ingestion\/Source\/Stream$/,
    reason: 'Encrypted by a key of the pipeline’s own rather than aws/kinesis, so that its use can be granted and withdrawn.',
  },
  {
    rules: ['NIST.800.53.R5-S3BucketReplicationEnabled'],
    where: /./,
    reason:
      'One region. Versions protect from deletion and overwriting; a copy in another region is a decision about where data may lie, and doubles what storing costs.',
  },
  {
    rules: ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled'],
    where: /^foundation\/AccessLogs$/,
    reason: 'This is where the others log. A bucket that logs into itself writes a log of each log.',
  },
  {
    rules: ['NIST.800.53.R5-S3DefaultEncryptionKMS'],
    where: /^foundation\/AccessLogs$/,
    reason:
      'S3 delivers access logs to no bucket whose default encryption is by KMS. https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html',
  },
  {
    rules: ['NIST.800.53.R5-VPCDefaultSecurityGroupClosed'],
    where: /^foundation\/Network\/Vpc$/,
    reason:
      'Nothing uses the default group; tasks, jobs and endpoints have groups of their own. Emptying it takes a function with rights over every security group of the account.',
  },
  {
    rules: ['NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW'],
    where: /^foundation\/Network\/Vpc\/publicSubnet\d\/DefaultRoute$/,
    reason: 'The way out of the NAT gateways, which are asked for by network.natGateways. Nothing else lies in these subnets.',
  },
  {
    rules: ['NIST.800.53.R5-CloudWatchLogGroupEncrypted'],
    where: /Logs$/,
    reason:
      'Asked for by encryption.mode aws-managed: CloudWatch Logs encrypts every log group, by a key of its own when no other is named. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  },
  {
    rules: ['NIST.800.53.R5-SNSEncryptedKMS'],
    where: /^foundation\/Notifications$/,
    reason:
      'Asked for by encryption.mode aws-managed. The key alias/aws/sns would keep alarms out, for its policy lets no service of CloudWatch use it; the messages name alarms and jobs, no data of devices. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html',
  },
  {
    rules: ['NIST.800.53.R5-S3BucketVersioningEnabled'],
    where: /^lake\/Lake\/Bucket$/,
    reason: 'Asked for by lake.versioned: what is deleted is to be gone.',
  },
  {
    rules: ['AwsSolutions-IAM4'],
    where: /^access\/DriftRole$/,
    finding: /^Policy::arn:<partition>:iam::aws:policy\/SecurityAudit$/,
    reason:
      'CloudFormation looks for drift with the rights of who asks, over whatever types there are: AWS keeps the list. It shows how resources are set up, and not what is in them.',
  },
  {
    rules: ['AwsSolutions-IAM5'],
    where: /^access\/DriftRole\/DefaultPolicy$/,
    finding:
      /^Resource::arn:<partition>:\w+:<region>:<account>:(?:stack\/iot-to-model-|database\/iot_to_model_|table\/iot_to_model_\*\/|workgroup\/iot-to-model-|rule\/iot_to_model_|schedule\/default\/iot-to-model-|function:iot-to-model-)\*$/,
    reason: 'What this app has deployed, in every stage and domain, which only has its drift looked for.',
  },
];
