import type { PipelineStream, PipelineStreamConsumer, PipelineTable } from './pipeline';
import type { TemplateResource } from './resource';

/** A stream on demand starts with the capacity of four shards. @see https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const onDemandShards = 4;

/** Retention that a stream has unless it says otherwise. */
const defaultRetentionHours = 24;

/**
 * @param consumers the stream's own
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html
 */
function readStream(stream: TemplateResource, consumers: readonly PipelineStreamConsumer[]): PipelineStream {
  const mode = stream.get('StreamModeDetails', 'StreamMode').text('PROVISIONED');
  if (mode !== 'ON_DEMAND' && mode !== 'PROVISIONED') {
    return stream.get('StreamModeDetails', 'StreamMode').notSupported(`stream mode ${mode}`);
  }
  return {
    name: stream.name,
    arn: stream.attribute('Arn'),
    mode,
    shards: mode === 'ON_DEMAND' ? onDemandShards : stream.get('ShardCount').number(1),
    retentionHours: stream.get('RetentionPeriodHours').number(defaultRetentionHours),
    consumers,
  };
}

/**
 * Every stream with the consumers that are registered with it.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-streamconsumer.html
 */
export function readStreams(
  streams: readonly TemplateResource[],
  consumers: readonly TemplateResource[],
): readonly PipelineStream[] {
  const byStream = new Map(streams.map((stream) => [stream.attribute('Arn'), [] as PipelineStreamConsumer[]]));
  for (const consumer of consumers) {
    const streamArn = consumer.get('StreamARN');
    const others = byStream.get(streamArn.text()) ?? streamArn.invalid(`no template has the stream ${streamArn.text()}`);
    others.push({ name: consumer.name, arn: consumer.attribute('ConsumerARN') });
  }
  return streams.map((stream) => readStream(stream, byStream.get(stream.attribute('Arn')) ?? []));
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export function readTable(table: TemplateResource): PipelineTable {
  const keys = table.get('KeySchema').list();
  const partition =
    keys.find((key) => key.get('KeyType').text() === 'HASH') ?? table.get('KeySchema').invalid('no partition key');
  const partitionKey = partition.get('AttributeName').text();
  if (keys.length > 1) {
    return table.get('KeySchema').notSupported('a sort key');
  }
  for (const indexes of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes']) {
    if (table.get(indexes).list().length > 0) {
      return table.get(indexes).notSupported('a secondary index');
    }
  }
  const attribute = table
    .get('AttributeDefinitions')
    .list()
    .find((definition) => definition.get('AttributeName').text() === partitionKey);
  if (attribute?.get('AttributeType').text() !== 'S') {
    return table.get('AttributeDefinitions').notSupported('a partition key that is not of type S');
  }
  return { name: table.name, arn: table.attribute('Arn'), partitionKey };
}
