import { rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { KinesisClient, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { ListModelPackagesCommand, SageMakerClient, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { planScoringEnvironment } from '../../../core/environment';
import { detector } from '../../../domains/factory/anomaly';
import type { Rehearsal } from './rehearsal';

/** Who does by hand what no part of the pipeline does. */
export const operator = 'operator';

/** Closes the first of four shards and opens two, so that a shard ends and its children are begun. */
export async function splitFirstShard({ aws, roles }: Rehearsal): Promise<void> {
  const client = new KinesisClient(connection(aws.environmentOf(operator), 'KINESIS'));
  // An eighth of the range of hash keys: the middle of the first quarter.
  const command = { StreamName: roles.stream.name, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(2n ** 125n) };
  await client.send(new SplitShardCommand(command));
  client.destroy();
}

/** Puts the readings of a machine on the stream that reads the same until it is known, and then does not: an alert. */
export async function putUnusualReading({ aws, roles }: Rehearsal): Promise<void> {
  const client = new KinesisClient(connection(aws.environmentOf(operator), 'KINESIS'));
  const count = detector.warmUpReadings + 1;
  const records = Array.from({ length: count }, (_, index) => ({
    PartitionKey: 'pump-9999',
    Data: Buffer.from(
      JSON.stringify({
        source_type: 'telemetry',
        device_id: 'pump-9999',
        sequence: index,
        event_time: new Date(Date.now() - (count - index) * 60_000).toISOString(),
        site: 'rehearsal',
        machine: 'pump',
        state: 'running',
        alarm: false,
        load: 80,
        temperature: index === count - 1 ? 180 : 60,
        vibration: 2,
        speed: 1450,
        power: 20,
      }),
    ),
  }));
  await client.send(new PutRecordsCommand({ StreamName: roles.stream.name, Records: records }));
  client.destroy();
}

/** Approves the newest model of the pipeline, as a person may, whatever was said of it. */
export async function approveNewestModel({ aws, pipeline }: Rehearsal): Promise<void> {
  const client = new SageMakerClient(connection(aws.environmentOf(operator), 'SAGEMAKER'));
  const [group] = pipeline.modelPackageGroups;
  const { ModelPackageSummaryList = [] } = await client.send(
    new ListModelPackagesCommand({ ModelPackageGroupName: group?.name, SortBy: 'CreationTime', SortOrder: 'Descending' }),
  );
  const ModelPackageArn = ModelPackageSummaryList[0]?.ModelPackageArn;
  await client.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Approved' }));
  client.destroy();
}

/**
 * Has the function plan a batch, without a run that would go on, and spoils the list of its rows.
 * @returns mends the list
 */
export async function breakOffScoring({ aws, out, pipeline }: Rehearsal): Promise<() => void> {
  const { backfillHours, lakeBucket, scoringPrefix } = planScoringEnvironment;
  const plan = pipeline.functions.find(({ environment }) => backfillHours in environment);
  const result = await aws.lambda.invoke(plan?.arn ?? '', { executionName: 'broken-off' });
  const { batch } = (result.status === 'succeeded' ? result.payload : {}) as { readonly batch: { readonly id: string } };
  const { [lakeBucket]: bucket = '', [scoringPrefix]: prefix = '' } = plan?.environment ?? {};
  const list = path.join(out.s3, bucket, prefix, 'batches', batch.id, 'rows.json');
  writeFileSync(list, '{}');
  return () => rmSync(list);
}

/** Puts a line on the delivery stream of each table that is no row of it, and waits until it is dealt with. */
export async function deliverBadLines({ aws, roles }: Rehearsal): Promise<void> {
  const client = new FirehoseClient(connection(aws.environmentOf(operator), 'FIREHOSE'));
  for (const { name } of Object.values(roles.deliveryStreams)) {
    await client.send(new PutRecordCommand({ DeliveryStreamName: name, Record: { Data: Buffer.from('no,row\n') } }));
  }
  client.destroy();
  await aws.firehose.flush();
}

/** What a client needs to come to a local service under a name. */
export function connection(environment: Readonly<Record<string, string>>, service: string) {
  return {
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  };
}
