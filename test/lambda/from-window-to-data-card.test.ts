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
import { tableColumns } from '../../core/common-columns';
import { deviceBucket } from '../../core/device-bucket';
import { quarantineColumns } from '../../core/quarantine';
import { domainNamed } from '../../domains';
import { handler as checkWindow } from '../../lambda/check-window/handler';
import { handler as inspectTrainingSet } from '../../lambda/inspect-training-set/handler';
import { handler as planTraining } from '../../lambda/plan-training/handler';
import type { PlannedTraining } from '../../lambda/plan-training/logic';
import { leaseAttributes } from '../../core/lease-row';
import { parseDataCard, type DataCard } from '../../lambda/shared/data-card';
import { startAthena } from '../../local/aws/athena/service';
import { startDynamoDb } from '../../local/aws/dynamodb/dynamodb';
import { convertToParquet } from '../../local/aws/firehose/convert';
import { RecordBuffer } from '../../local/aws/firehose/record-buffer';
import { startS3, type S3Service } from '../../local/aws/s3/service';
import { startSageMaker } from '../../local/aws/sagemaker/service';
import type { LocalService } from '../../local/aws/service';
import { limits } from './inspect-training-set/fixtures';

jest.setTimeout(60_000);

type Ready = Exclude<PlannedTraining, { readonly status: 'nothing-to-train' }>;

const domain = domainNamed('turbofan');
const group = 'turbofan-test';
const cyclesPerEngine = 20;

/** The three functions in turn, as the state machine calls them, against DynamoDB, S3, Athena and SageMaker over the wire. */
describe('from a window to a data card', () => {
  const before = process.env;
  const services: LocalService[] = [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  let directory: string;
  let s3: S3Service;
  let dynamoDb: DynamoDBClient;
  let athena: AthenaClient;
  let sagemaker: SageMakerClient;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'window-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    const leases = await startDynamoDb({ tables: [{ name: 'leases', partitionKey: 'leaseKey' }] });
    const partitionKeys = [{ name: 'date', type: 'string' }];
    const tables = Object.keys(domain.tables).map((name) => ({
      name,
      location: `s3://lake/tables/${name}/`,
      columns: tableColumns(domain, name),
      partitionKeys,
    }));
    const quarantine = {
      name: 'quarantine',
      location: 's3://lake/quarantine/',
      columns: quarantineColumns,
      partitionKeys,
      format: 'json' as const,
    };
    const queries = await startAthena({
      store: s3.store,
      databases: [{ name: 'turbofan', tables: [...tables, quarantine] }],
      workgroups: [{ name: 'training', outputLocation: 's3://lake/athena/' }],
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
      TABLE_PREFIXES: JSON.stringify(Object.fromEntries(tables.map(({ name }) => [name, `tables/${name}/`]))),
      TRAINING_SET_PREFIX: 'training-sets/',
      JOB_NAME_PREFIX: 'turbofan-test',
      CODE_VERSION: 'v1',
      TRAINING_IMAGE: 'image:1',
      ALLOWED_LATENESS_SECONDS: '3600',
      DELIVERY_BUFFER_SECONDS: '60',
      WINDOW_LIMIT_SECONDS: '21600',
      PIPELINE: 'turbofan-test',
      MODEL_PACKAGE_GROUP: group,
      GATES: JSON.stringify({ ...limits, maximumMissingShare: 1 }),
    };
  });
  afterAll(async () => {
    process.env = before;
    [dynamoDb, athena, sagemaker].forEach((client) => client.destroy());
    await Promise.all(services.map((service) => service.close()));
    await rm(directory, { recursive: true, force: true });
  });

  /** Moves the watermark of the only shard. */
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

  /** Puts rows of engines into the lake, as Firehose does; all arrive at one time. */
  async function deliver(name: string, engines: readonly string[], arrival: string, shift = 0): Promise<void> {
    const common = (device: string, sequence: number) => ({
      device_id: device,
      sequence,
      event_time: new Date(Date.parse('2026-11-19T00:00:00Z') + sequence * 60_000).toISOString(),
      device_bucket: deviceBucket(device),
      arrival_time: arrival,
      shard_id: 'shardId-000000000000',
      sequence_number: String(sequence),
    });
    const cycles = engines.flatMap((device) =>
      Array.from({ length: cyclesPerEngine }, (_, index) => ({
        ...Object.fromEntries(domain.trainingSet.features.map((feature, column) => [feature, index + column + shift])),
        ...common(device, index + 1),
        cycle: index + 1,
      })),
    );
    const failures = engines.map((device) => ({ ...common(device, cyclesPerEngine + 1), cycle: cyclesPerEngine }));
    await convert('cycles', name, cycles, arrival);
    await convert('failures', name, failures, arrival);
  }

  async function convert(table: string, name: string, rows: readonly object[], arrival: string): Promise<void> {
    const buffer = new RecordBuffer();
    buffer.add(Buffer.from(rows.map((row) => JSON.stringify(row)).join('')), 0);
    const parquetFile = s3.store.temporaryPath();
    const job = { records: buffer.pack(), columns: tableColumns(domain, table), jsonKeys: {}, parquetFile };
    await convertToParquet({ ...job, errorFile: s3.store.temporaryPath(), now: 0 });
    await s3.store.adopt('lake', `tables/${table}/date=${arrival.slice(0, 10)}/${name}.parquet`, parquetFile);
  }

  async function run(statement: string): Promise<void> {
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: statement,
        QueryExecutionContext: { Database: 'turbofan' },
        WorkGroup: 'training',
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
  }

  async function plan(executionName: string, input: object = { scheduledTime: '2026-11-20T12:30:00Z' }): Promise<Ready> {
    const window = await checkWindow({ input, executionName, startedAt: '2026-11-20T12:30:05Z' });
    const planned = await planTraining({ window, executionName });
    if (planned.status === 'nothing-to-train') {
      throw new Error(JSON.stringify(planned));
    }
    if (planned.status === 'ready') {
      for (const statement of Object.values(planned.statements)) {
        await run(statement);
      }
    }
    return planned;
  }

  async function cardOf({ dataCardUri }: Ready): Promise<DataCard> {
    return parseDataCard((await s3.store.get('lake', dataCardUri.replace('s3://lake/', ''))).toString(), dataCardUri);
  }

  const engines = Array.from({ length: 40 }, (_, index) => `engine-${index}`);

  test('an open window says why, tells CloudWatch for how long, and writes nothing', async () => {
    const lines = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const event = {
      input: { scheduledTime: '2026-11-20T12:30:00Z' },
      executionName: 'run-0',
      startedAt: new Date().toISOString(),
    };
    const reason = (text: string) => ({ status: 'open', reason: expect.stringContaining(text) as string });
    expect(await checkWindow(event)).toMatchObject(reason('no shard has a lease'));
    await consumerIsCompleteUntil('2026-11-20T11:59:00Z');
    expect(await checkWindow(event)).toMatchObject(reason('1 min short; read by worker-1'));
    const { _aws, ...line } = JSON.parse(String(lines.mock.lastCall?.[0])) as Record<string, unknown>;
    lines.mockRestore();
    expect(line).toMatchObject({
      event: 'window-open',
      Pipeline: 'turbofan-test',
      WindowOpenSeconds: expect.any(Number) as number,
    });
    expect(_aws).toBeDefined();
    expect((await s3.store.listAll('lake', 'training-sets/')).length).toBe(0);
  });

  test('a closed one without data has nothing to train on', async () => {
    await consumerIsCompleteUntil('2026-11-20T12:10:00Z');
    const input = { window: { start: '2026-11-01', end: '2026-11-02' } };
    const window = await checkWindow({ input, executionName: 'run-1', startedAt: '2026-11-20T12:30:05Z' });
    expect(window).toMatchObject({ status: 'closed', cutoff: '2026-11-20T12:10:00.000Z' });
    expect(await planTraining({ window, executionName: 'run-1' })).toMatchObject({ status: 'nothing-to-train' });
  });

  test('the training set is what had arrived before the cutoff, for ever; its card says what it is', async () => {
    await deliver('a', engines, '2026-11-20T10:00:00.000Z');
    await deliver('too-late', ['late-engine'], '2026-11-20T12:10:00.000Z');
    const first = await plan('run-2');
    const answer = await inspectTrainingSet({ plan: first, force: false });
    expect(answer).toMatchObject({ status: 'passed', forced: false });
    const rows = Object.values(answer.rows).reduce((sum, each) => sum + each, 0);
    expect(rows).toBe(engines.length * cyclesPerEngine);
    const card = await cardOf(first);
    expect(card).toMatchObject({
      cutoff: '2026-11-20T12:10:00.000Z',
      label: { name: 'rul', kind: 'number', range: { minimum: 0, maximum: cyclesPerEngine - 1 } },
      inputs: {
        tables: { cycles: { rows, distinct: rows, late: rows }, failures: { rows: engines.length } },
        quarantinedShare: 0,
      },
      reference: null,
    });
    const devices = Object.values(card.splits).reduce((sum, split) => sum + split.devices, 0);
    expect(devices).toBe(engines.length);

    // What arrives later changes nothing: neither the name, nor the rows when they are written anew.
    await consumerIsCompleteUntil('2026-11-21T00:00:00Z');
    await deliver('b', engines, '2026-11-20T13:00:00.000Z', 5);
    await s3.store.delete('lake', first.dataCardUri.replace('s3://lake/', ''));
    const again = await plan('run-3');
    expect(again).toMatchObject({ status: 'ready', jobName: first.jobName, manifestHash: first.manifestHash });
    expect(await inspectTrainingSet({ plan: again })).toMatchObject({ contentHash: answer.contentHash, rows: answer.rows });

    // Built, and looked at: it is there.
    const third = await plan('run-4');
    expect(third).toMatchObject({ status: 'built', examplesPrefix: again.examplesPrefix });
    expect(await inspectTrainingSet({ plan: third })).toMatchObject({ contentHash: answer.contentHash });
  });

  test('a revision takes what has arrived since, and is compared with the model in use', async () => {
    const first = await plan('run-5');
    await sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: group,
        ModelApprovalStatus: 'Approved',
        InferenceSpecification: {
          Containers: [
            { Image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0', ModelDataUrl: 's3://lake/m.tar.gz' },
          ],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
        CustomerMetadataProperties: { 'job-name': first.jobName, 'data-card-uri': first.dataCardUri },
      }),
    );
    await deliver('c', ['late-engine-2'], '2026-11-20T14:00:00.000Z', 1000);
    const revised = await plan('run-6', { scheduledTime: '2026-11-20T12:30:00Z', revision: true });
    expect(revised).toMatchObject({ revision: 2, cutoff: '2026-11-21T00:00:00.000Z' });
    expect(revised.jobName).not.toBe(first.jobName);
    const answer = await inspectTrainingSet({ plan: revised });
    const card = await cardOf(revised);
    expect(card.reference).toEqual({ jobName: first.jobName, modelVersion: 1, notCompared: [] });
    const rows = Object.values(answer.rows).reduce((sum, each) => sum + each, 0);
    expect(rows).toBe((engines.length + 2) * cyclesPerEngine);
    // Engines that were delivered again are there twice in the lake, and once in the training set.
    expect(card.inputs.tables['cycles']).toMatchObject({ rows: (2 * engines.length + 2) * cyclesPerEngine, distinct: rows });
    expect(card.features.every(({ drift }) => drift !== undefined)).toBe(true);
    const page = (await s3.store.get('lake', revised.dataCardPageUri.replace('s3://lake/', ''))).toString();
    expect(page).toContain(first.jobName);
  });

  test('each function names the variable that its environment lacks', async () => {
    delete process.env.LAKE_BUCKET;
    const absent = 'environment variable LAKE_BUCKET is not set';
    await expect(checkWindow({})).rejects.toThrow(absent);
    await expect(planTraining({ window: {}, executionName: 'run-7' })).rejects.toThrow(absent);
    await expect(inspectTrainingSet({})).rejects.toThrow(absent);
  });
});
