import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  type QueryExecutionStatus,
} from '@aws-sdk/client-athena';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateModelPackageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { parquetReadObjects } from 'hyparquet';
import type { Column } from '../../../core/column';
import { tableColumns } from '../../../core/common-columns';
import { deviceBucket } from '../../../core/device-bucket';
import { predictionColumns } from '../../../core/predictions';
import { domainNamed } from '../../../domains';
import { handler as finishScoring } from '../../../lambda/finish-scoring/handler';
import type { FinishedBatch } from '../../../lambda/finish-scoring/logic';
import { handler as listRows } from '../../../lambda/list-rows/handler';
import { handler as planScoring } from '../../../lambda/plan-scoring/handler';
import { handler as scoreRows } from '../../../lambda/score-rows/handler';
import { featuresHash } from '../../../lambda/shared/features-hash';
import { leaseAttributes } from '../../../core/lease-row';
import { startAthena } from '../../../local/aws/athena/service';
import { startDynamoDb } from '../../../local/aws/dynamodb/dynamodb';
import { convertToParquet } from '../../../local/aws/firehose/convert';
import { RecordBuffer } from '../../../local/aws/firehose/record-buffer';
import { startS3, type S3Service } from '../../../local/aws/s3/service';
import { startSageMaker } from '../../../local/aws/sagemaker/service';
import type { LocalService } from '../../../local/aws/service';
import { modelArchive } from '../model-fixture';

jest.setTimeout(60_000);

const domain = domainNamed('turbofan');
const { features } = domain.trainingSet;
const group = 'turbofan-test';

/** The functions in turn, as the state machine calls them, against DynamoDB, S3, Athena and SageMaker over the wire. */
describe('from rows to predictions', () => {
  const before = process.env;
  const services: LocalService[] = [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  let directory: string;
  let s3: S3Service;
  let dynamoDb: DynamoDBClient;
  let athena: AthenaClient;
  let sagemaker: SageMakerClient;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'scoring-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    const leases = await startDynamoDb({ tables: [{ name: 'leases', partitionKey: 'leaseKey' }] });
    const partitionKeys = [{ name: 'date', type: 'string' }];
    const table = (name: string, columns: readonly Column[]) => ({
      name,
      location: `s3://lake/tables/${name}/`,
      columns,
      partitionKeys,
    });
    const tables = [
      ...Object.keys(domain.tables).map((name) => table(name, tableColumns(domain, name))),
      table('predictions', predictionColumns),
    ];
    const queries = await startAthena({
      store: s3.store,
      databases: [{ name: 'turbofan', tables }],
      workgroups: [{ name: 'scoring', outputLocation: 's3://lake/athena/' }],
    });
    const registry = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      stateDirectory: path.join(directory, 'state'),
      s3Endpoint: s3.endpoint,
      modelPackageGroups: [{ name: group, arn: `arn:aws:sagemaker:us-east-1:000000000000:model-package-group/${group}` }],
    });
    services.push(s3, leases, queries, registry);
    const client = { region: 'us-east-1', credentials, maxAttempts: 1 };
    dynamoDb = new DynamoDBClient({ ...client, endpoint: leases.endpoint });
    athena = new AthenaClient({ ...client, endpoint: queries.endpoint });
    sagemaker = new SageMakerClient({ ...client, endpoint: registry.endpoint });
    process.env = {
      ...before,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: leases.endpoint,
      AWS_ENDPOINT_URL_SAGEMAKER: registry.endpoint,
      DOMAIN: 'turbofan',
      LAKE_BUCKET: 'lake',
      LEASE_TABLE_NAME: 'leases',
      SCORING_PREFIX: 'scoring/',
      PREDICTIONS_PREFIX: 'tables/predictions/',
      MODEL_PACKAGE_GROUP: group,
      BACKFILL_HOURS: '24',
      PIPELINE: 'turbofan-test',
    };
  });
  afterAll(async () => {
    process.env = before;
    [dynamoDb, athena, sagemaker].forEach((client) => client.destroy());
    await Promise.all(services.map((service) => service.close()));
    await rm(directory, { recursive: true, force: true });
  });

  async function consumerIsCompleteUntil(time: string): Promise<void> {
    const { arrivalWatermark, checkpoint, endingHashKey, leaseKey, owner, startingHashKey } = leaseAttributes;
    const row = {
      [leaseKey]: { S: 'shardId-000000000000' },
      [checkpoint]: { S: '49600' },
      [owner]: { S: 'worker-1' },
      [startingHashKey]: { S: '0' },
      [endingHashKey]: { S: String(2n ** 128n - 1n) },
      [arrivalWatermark]: { N: String(Date.parse(time)) },
    };
    await dynamoDb.send(new PutItemCommand({ TableName: 'leases', Item: row }));
  }

  /** Puts cycles of an engine into the lake, as Firehose does. */
  async function deliver(name: string, device: string, sequences: readonly number[], arrival: string): Promise<void> {
    const buffer = new RecordBuffer();
    const rows = sequences.map((sequence) => ({
      ...Object.fromEntries(features.map((feature) => [feature, sequence])),
      device_id: device,
      sequence,
      event_time: new Date(Date.parse('2026-11-19T00:00:00Z') + sequence * 60_000).toISOString(),
      device_bucket: deviceBucket(device),
      arrival_time: arrival,
      shard_id: 'shardId-000000000000',
      sequence_number: String(sequence),
    }));
    buffer.add(Buffer.from(rows.map((row) => JSON.stringify(row)).join('')), 0);
    const parquetFile = s3.store.temporaryPath();
    const job = { records: buffer.pack(), columns: tableColumns(domain, 'cycles'), jsonKeys: {}, parquetFile };
    await convertToParquet({ ...job, errorFile: s3.store.temporaryPath(), now: 0 });
    await s3.store.adopt('lake', `tables/cycles/date=${arrival.slice(0, 10)}/${name}.parquet`, parquetFile);
  }

  async function approve(jobName: string, below: number): Promise<void> {
    const key = `models/${jobName}/output/model.tar.gz`;
    await s3.store.put('lake', key, modelArchive([{ feature: 0, below, yes: 1, no: 2 }], { features: features.length }));
    await sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: group,
        ModelApprovalStatus: 'Approved',
        InferenceSpecification: {
          Containers: [{ Image: 'image:1', ModelDataUrl: `s3://lake/${key}` }],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
        CustomerMetadataProperties: { 'job-name': jobName, 'features-sha256': featuresHash(features) },
      }),
    );
  }

  async function run(statement: string): Promise<string> {
    const { QueryExecutionId = '' } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: statement,
        QueryExecutionContext: { Database: 'turbofan' },
        WorkGroup: 'scoring',
      }),
    );
    let status: QueryExecutionStatus | undefined;
    while (status?.State !== 'SUCCEEDED') {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      status = QueryExecution?.Status;
      if (status?.State === 'FAILED') {
        throw new Error(status.StateChangeReason);
      }
    }
    return QueryExecutionId;
  }

  async function score(executionName: string): Promise<FinishedBatch | string> {
    const plan = await planScoring({ executionName });
    if (plan.status === 'nothing-to-score') {
      return plan.reason;
    }
    await run(plan.statement);
    const { files } = await listRows({ plan });
    const scored = await Promise.all(files.map((file) => scoreRows({ batch: plan.batch, file })));
    return finishScoring({ batch: plan.batch, executionName, scored });
  }

  async function predictions(batch: string): Promise<readonly unknown[]> {
    const prefix = `s3://lake/check/${batch}/`;
    await run(
      `UNLOAD (SELECT device_id, sequence, CAST(event_time AS varchar) AS measured, prediction, model, model_version FROM predictions WHERE "$path" LIKE '%${batch}%' ORDER BY device_id, sequence) TO '${prefix}' WITH (format = 'PARQUET')`,
    );
    const { objects } = await s3.store.list('lake', { prefix: `check/${batch}/` });
    const files = await Promise.all(objects.map(({ key }) => s3.store.get('lake', key)));
    const rows = await Promise.all(files.map((file) => parquetReadObjects({ file: new Uint8Array(file).buffer })));
    return rows.flat();
  }

  test('says why nothing is scored: no model, then no proof of delivery', async () => {
    expect(await score('run-1')).toBe(`no model of ${group} is approved`);
    await approve('job-1', 3);
    expect(await score('run-2')).toContain('no shard has a lease yet');
  });

  test('scores what arrived, each row once, with the model in use; SQL reads the predictions', async () => {
    await consumerIsCompleteUntil('2026-11-20T10:00:00Z');
    await deliver('a', 'engine-1', [1, 2, 3, 4], '2026-11-20T09:59:59.999Z');
    // Delivered twice, and not yet scored: too new.
    await deliver('b', 'engine-1', [4], '2026-11-20T09:59:59.999Z');
    await deliver('c', 'engine-2', [1], '2026-11-20T10:00:00.000Z');

    const first = await score('run-3');
    expect(first).toMatchObject({ batchId: '20261119T100000000Z', rows: 4, modelJobName: 'job-1', modelVersion: 1 });
    const row = (sequence: bigint, prediction: number) => ({
      device_id: 'engine-1',
      sequence,
      measured: `2026-11-19 00:0${sequence}:00`,
      prediction,
      model: 'job-1',
      model_version: 1,
    });
    expect(await predictions('20261119T100000000Z')).toEqual([row(1n, 1), row(2n, 1), row(3n, 2), row(4n, 2)]);
    expect(await score('run-4')).toContain('it is not known that anything new has been delivered');

    await approve('job-2', 1);
    await consumerIsCompleteUntil('2026-11-20T11:00:00Z');
    expect(await score('run-5')).toMatchObject({
      from: '2026-11-20T10:00:00.000Z',
      cutoff: '2026-11-20T11:00:00.000Z',
      rows: 1,
      modelVersion: 2,
    });
  });

  test('a batch without rows is done as well', async () => {
    await consumerIsCompleteUntil('2026-11-20T12:00:00Z');
    expect(await score('run-6')).toMatchObject({ rows: 0, files: 0, cutoff: '2026-11-20T12:00:00.000Z' });
  });
});
