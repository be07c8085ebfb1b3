import type { MetricIdentity } from './emitted-metrics';

/** Metrics that AWS's services write, as their pages name them: what an alarm or a graph reads beside the consumer's own must be here. */
const pages: readonly {
  readonly namespace: string;
  readonly dimensions: readonly string[];
  readonly page: string;
  readonly names: readonly string[];
}[] = [
  {
    namespace: 'AWS/Kinesis',
    dimensions: ['StreamName'],
    page: 'https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html',
    names: [
      'GetRecords.IteratorAgeMilliseconds',
      'IncomingBytes',
      'IncomingRecords',
      'PutRecords.FailedRecords',
      'ReadProvisionedThroughputExceeded',
      'WriteProvisionedThroughputExceeded',
    ],
  },
  {
    namespace: 'AWS/Kinesis',
    dimensions: ['ConsumerName', 'StreamName'],
    page: 'https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html',
    names: ['SubscribeToShard.RateExceeded', 'SubscribeToShardEvent.Bytes', 'SubscribeToShardEvent.MillisBehindLatest'],
  },
  {
    namespace: 'AWS/Firehose',
    dimensions: ['DeliveryStreamName'],
    page: 'https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html',
    names: [
      'DeliveryToS3.Bytes',
      'DeliveryToS3.DataFreshness',
      'ExecuteProcessing.Success',
      'FailedConversion.Records',
      'IncomingBytes',
      'ThrottledRecords',
    ],
  },
  {
    namespace: 'ECS/ContainerInsights',
    dimensions: ['ClusterName', 'ServiceName'],
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html',
    names: ['DesiredTaskCount', 'RunningTaskCount'],
  },
  {
    namespace: 'AWS/ECS',
    dimensions: ['ClusterName', 'ServiceName'],
    page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html',
    names: ['CPUUtilization', 'MemoryUtilization'],
  },
  {
    namespace: 'AWS/DynamoDB',
    dimensions: ['TableName'],
    page: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    names: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents'],
  },
  {
    namespace: 'AWS/States',
    dimensions: ['StateMachineArn'],
    page: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html',
    names: [
      'ExecutionTime',
      'ExecutionsAborted',
      'ExecutionsFailed',
      'ExecutionsStarted',
      'ExecutionsSucceeded',
      'ExecutionsTimedOut',
    ],
  },
  {
    namespace: 'AWS/SageMaker',
    dimensions: ['EndpointName', 'VariantName'],
    page: 'https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html',
    names: ['Invocation4XXErrors', 'Invocation5XXErrors', 'Invocations', 'ModelLatency', 'OverheadLatency'],
  },
  {
    namespace: 'AWS/SageMaker',
    dimensions: ['EndpointName', 'VariantName'],
    page: 'https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html',
    names: ['ServerlessConcurrentExecutionsUtilization'],
  },
  {
    namespace: 'AWS/SQS',
    dimensions: ['QueueName'],
    page: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    names: ['ApproximateNumberOfMessagesVisible'],
  },
  {
    namespace: 'AWS/IoT',
    dimensions: ['RuleName'],
    page: 'https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html',
    names: ['RuleMessageThrottled', 'TopicMatch'],
  },
  {
    namespace: 'AWS/IoT',
    dimensions: ['ActionType', 'RuleName'],
    page: 'https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html',
    names: ['ErrorActionFailure', 'ErrorActionSuccess', 'Failure', 'Success'],
  },
  {
    namespace: 'AWS/NATGateway',
    dimensions: ['NatGatewayId'],
    page: 'https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html',
    names: ['BytesInFromDestination', 'BytesOutToDestination'],
  },
  {
    namespace: 'AWS/Athena',
    dimensions: ['QueryState', 'QueryType', 'WorkGroup'],
    page: 'https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html',
    names: ['ProcessedBytes'],
  },
  {
    namespace: 'AWS/PrivateLinkEndpoints',
    dimensions: ['Endpoint Type', 'Service Name', 'VPC Endpoint Id', 'VPC Id'],
    page: 'https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html',
    names: ['BytesProcessed'],
  },
];

export const documentedMetrics: readonly MetricIdentity[] = pages.flatMap(({ namespace, dimensions, names }) =>
  names.map((name) => ({ namespace, name, dimensions })),
);
