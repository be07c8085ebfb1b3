import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import {
  consumerMetricDimensions,
  consumerMetricNamespace,
  csvMetrics,
  scoringMetrics,
  trainingMetrics,
} from '../../core/metrics';
import { endpointVariant } from '../../core/endpoint-variant';
import type { Watched } from './watched';

const iotActionsPeriod = Duration.minutes(5);

/** Metrics of one thing: its namespace, and exactly the dimensions that they are written with. */
export type MetricSource = (name: string, statistic: string, options?: Pick<MetricOptions, 'label' | 'period'>) => Metric;

function source(namespace: string, dimensionsMap: Readonly<Record<string, string>>): MetricSource {
  return (metricName, statistic, options = {}) =>
    new Metric({ period: Duration.minutes(1), ...options, namespace, metricName, statistic, dimensionsMap });
}

/** @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html#kinesis-metrics-stream */
export function streamMetrics({ streamName }: Pick<Watched, 'streamName'>): MetricSource {
  return source('AWS/Kinesis', { StreamName: streamName });
}

/** @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html#kinesis-metrics-stream */
export function fanOutMetrics({ streamName }: Pick<Watched, 'streamName'>, consumerName: string): MetricSource {
  return source('AWS/Kinesis', { StreamName: streamName, ConsumerName: consumerName });
}

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
export function deliveryMetrics(deliveryStreamName: string): MetricSource {
  return source('AWS/Firehose', { DeliveryStreamName: deliveryStreamName });
}

/** Needs Container Insights. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
export function taskMetrics({ clusterName, serviceName }: Pick<Watched, 'clusterName' | 'serviceName'>): MetricSource {
  return source('ECS/ContainerInsights', { ClusterName: clusterName, ServiceName: serviceName });
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
export function serviceMetrics({ clusterName, serviceName }: Pick<Watched, 'clusterName' | 'serviceName'>): MetricSource {
  return source('AWS/ECS', { ClusterName: clusterName, ServiceName: serviceName });
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
export function tableMetrics(tableName: string): MetricSource {
  return source('AWS/DynamoDB', { TableName: tableName });
}

/** A state machine, and where what starts it leaves a start that could not be delivered. */
export type WatchedWorkflow = Pick<Watched, 'stateMachineArn' | 'deadLetterQueueName'>;

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html#cloudwatch-step-functions-execution-metrics */
export function workflowMetrics({ stateMachineArn }: Pick<WatchedWorkflow, 'stateMachineArn'>): MetricSource {
  return source('AWS/States', { StateMachineArn: stateMachineArn });
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queueMetrics(queueName: string): MetricSource {
  return source('AWS/SQS', { QueueName: queueName });
}

/**
 * Of the only variant of a serverless endpoint, which has the name that lambda/deploy-model gives it.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-endpoint-invocation
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html
 */
export function endpointMetrics({ endpointName }: NonNullable<Watched['endpoint']>): MetricSource {
  return source('AWS/SageMaker', { EndpointName: endpointName, VariantName: endpointVariant });
}

/** Of the rule as such; for its actions see `iotActions`. @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html#rulemetrics */
export function iotRuleMetrics(ruleName: string): MetricSource {
  return source('AWS/IoT', { RuleName: ruleName });
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html */
export function natMetrics(natGatewayId: string): MetricSource {
  return source('AWS/NATGateway', { NatGatewayId: natGatewayId });
}

/** What the consumer itself writes: see core/metrics.ts. Undefined when the configuration has it write nothing. */
export function consumerMetrics({
  config,
  leaseTableName,
  streamName,
}: Pick<Watched, 'config' | 'leaseTableName' | 'streamName'>): MetricSource | undefined {
  const { application, stream } = consumerMetricDimensions;
  return config.consumer.cloudWatchMetrics === 'off'
    ? undefined
    : source(consumerMetricNamespace, { [application]: leaseTableName, [stream]: streamName });
}

/** What the function writes that makes rows of CSV lines: see core/metrics.ts. */
export function csvIntakeMetrics(deliveryStreamName: string): MetricSource {
  return source(csvMetrics.namespace, { [csvMetrics.dimension]: deliveryStreamName });
}

/** What the scoring's functions write: see core/metrics.ts. */
export function scoringStepMetrics({ prefix }: Pick<Watched, 'prefix'>): MetricSource {
  return source(scoringMetrics.namespace, { [scoringMetrics.dimension]: prefix });
}

/** What the training's functions write: see core/metrics.ts. */
export function trainingStepMetrics({ prefix }: Pick<Watched, 'prefix'>): MetricSource {
  return source(trainingMetrics.namespace, { [trainingMetrics.dimension]: prefix });
}

/**
 * A count of the actions of an IoT rule, whatever their type, for an alarm. These metrics have the dimensions RuleName and ActionType,
 * and the documentation does not say how the types are written; a query asks for the rule alone.
 *
 * @param name Success, Failure, ErrorActionSuccess or ErrorActionFailure
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html#rule-action-metrics
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
export function iotActions(ruleName: string, name: string): MathExpression {
  return new MathExpression({
    expression: `SELECT SUM(${name}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = '${ruleName}'`,
    period: iotActionsPeriod,
    label: name,
  });
}

/**
 * The same count for a graph. Alarms cannot search, and a graph has one query at most, but many searches.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html
 */
export function iotActionsForGraph(ruleName: string, name: string, label: string): MathExpression {
  return search('{AWS/IoT,ActionType,RuleName}', `MetricName="${name}" RuleName="${ruleName}"`, iotActionsPeriod).with({ label });
}

/**
 * Bytes that the workgroup's queries scanned, which Athena bills. The metric has the further dimensions QueryState and QueryType.
 * @see https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html
 */
export function scannedBytes({ workgroupName }: Pick<Watched, 'workgroupName'>): MathExpression {
  return search('{AWS/Athena,QueryState,QueryType,WorkGroup}', `MetricName="ProcessedBytes" WorkGroup="${workgroupName}"`);
}

/**
 * Bytes through the interface endpoints of the network.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
 */
export function endpointBytes({ vpcId }: Pick<Watched, 'vpcId'>): MathExpression {
  return search(
    '{AWS/PrivateLinkEndpoints,"Endpoint Type","Service Name","VPC Endpoint Id","VPC Id"}',
    `MetricName="BytesProcessed" "VPC Id"="${vpcId}"`,
  );
}

/** The sum of all metrics that fit: for graphs only, alarms cannot search. */
function search(schema: string, terms: string, period = Duration.hours(1)): MathExpression {
  return new MathExpression({ expression: `SUM(SEARCH('${schema} ${terms}', 'Sum', ${period.toSeconds()}))`, period });
}
