/** What AWS bills for, as the price file names it. */
export const priceIds = [
  'iot.connectivity',
  'iot.message',
  'iot.rule',
  'iot.action',
  'kinesis.on-demand.stream',
  'kinesis.on-demand.in',
  'kinesis.on-demand.out',
  'kinesis.on-demand.fan-out',
  'kinesis.on-demand.extended',
  'kinesis.shard',
  'kinesis.put',
  'kinesis.shard.extended',
  'kinesis.long-term',
  'kinesis.fan-out.shard',
  'kinesis.fan-out.data',
  'kms.key',
  'kms.request',
  'fargate.arm64.cpu',
  'fargate.arm64.memory',
  'fargate.x86-64.cpu',
  'fargate.x86-64.memory',
  'network.endpoint',
  'network.endpoint.data',
  'network.nat',
  'network.nat.data',
  'firehose.ingested',
  'firehose.converted',
  's3.standard',
  's3.infrequent',
  's3.put',
  's3.get',
  's3.transition',
  's3.retrieval',
  'dynamodb.write',
  'dynamodb.read',
  'athena.scanned',
  'lambda.request',
  'lambda.arm64.duration',
  'step-functions.transition',
  'cloudwatch.logs',
  'cloudwatch.logs.kept',
  'cloudwatch.metric',
  'cloudwatch.alarm',
  'cloudwatch.dashboard',
  'sns.email',
] as const;

/** A key of a region in `prices.json`; training instances are named by their type: `sagemaker.ml.m5.large`. */
export type PriceId = (typeof priceIds)[number] | `sagemaker.ml.${string}`;

/** Whether a text names something that AWS bills for. */
export function isPriceId(text: string): text is PriceId {
  return (priceIds as readonly string[]).includes(text) || text.startsWith('sagemaker.ml.');
}
