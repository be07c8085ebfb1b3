import { rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { KinesisClient, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import {
  CreateModelPackageCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
  type ModelApprovalStatus,
} from '@aws-sdk/client-sagemaker';
import { planScoringEnvironment } from '../../../core/environment';
import { packageMetadata } from '../../../lambda/shared/model-registry';
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

/**
 * Approves the newest model of the pipeline, as a person may, whatever was said of it; and sends the endpoint each way that it can go:
 * to a newer version, back to the one before, down, and up again.
 */
export async function decideOnModels({ aws, pipeline }: Rehearsal): Promise<void> {
  const client = new SageMakerClient(connection(aws.environmentOf(operator), 'SAGEMAKER'));
  const ModelPackageGroupName = pipeline.modelPackageGroups[0]?.name;
  const decide = async (ModelPackageArn: string | undefined, ModelApprovalStatus: ModelApprovalStatus): Promise<void> => {
    await client.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus }));
    await aws.bus.idle();
  };
  const { ModelPackageSummaryList = [] } = await client.send(
    new ListModelPackagesCommand({ ModelPackageGroupName, SortBy: 'CreationTime', SortOrder: 'Descending' }),
  );
  const first = ModelPackageSummaryList[0]?.ModelPackageArn;
  await decide(first, 'Approved');
  const { InferenceSpecification, CustomerMetadataProperties } = await client.send(
    new DescribeModelPackageCommand({ ModelPackageName: first }),
  );
  const { ModelPackageArn: again } = await client.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName,
      InferenceSpecification,
      CustomerMetadataProperties: { ...CustomerMetadataProperties, [packageMetadata.jobName]: 'another-job' },
    }),
  );
  await decide(again, 'Approved');
  await decide(again, 'Rejected');
  await decide(first, 'Rejected');
  await decide(first, 'Approved');
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
