import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { jsonKeys } from '../../../core/json-key';
import type { QuarantineRecord } from '../../../core/quarantine';
import { domainNamed } from '../../../domains';
import { bundleRuntimeCode } from '../../../lib/shared/runtime-code';
import type { S3Service } from '../../../local/aws/s3/service';
import { denied, unused } from '../../permissions/kit/compare';
import { statementsOfRole } from '../../permissions/kit/policy';
import { startRehearsal, type Rehearsal } from '../../permissions/kit/rehearsal';

process.env['CDK_VALIDATION'] = 'false';
jest.setTimeout(60_000);

/** The very template and the very function, on the local AWS. */
describe('CSV on the delivery stream of a table', () => {
  const keys = jsonKeys(domainNamed('factory'), 'maintenance');
  const time = new Date(Date.now() - 3_600_000).toISOString();
  let rehearsal: Rehearsal;
  let firehose: FirehoseClient;

  beforeAll(async () => {
    const settings = { delivery: { csvIntake: true }, lake: { compression: 'gzip' } } as const;
    rehearsal = await startRehearsal(settings, await bundleRuntimeCode());
    firehose = new FirehoseClient({
      endpoint: rehearsal.aws.environment.AWS_ENDPOINT_URL_FIREHOSE ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'laboratory', secretAccessKey: 'local' },
    });
  });
  afterAll(async () => {
    firehose.destroy();
    expect(await rehearsal.cleanup.run()).toEqual([]);
  });

  /** The files on disk of the objects under a prefix of the lake. */
  const filesUnder = async (prefix: string): Promise<readonly string[]> => {
    const { aws, roles } = rehearsal;
    const { store } = aws.services.find(({ name }) => name === 's3') as S3Service;
    return (await store.listAll(roles.quarantineStream.bucket, prefix)).map(({ path }) => path);
  };
  const jsonRow = (sequence: number): string => {
    const row = { device_id: 'pump-1', sequence, event_time: time, event: 'repair' };
    return `${JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [keys[name] ?? name, value])))}\n`;
  };

  it('becomes Parquet beside the rows of the consumer, and bad lines become records of the quarantine', async () => {
    const name = rehearsal.roles.deliveryStreams['maintenance']?.name;
    const csv = [
      `pump-2,1,${time},,,,,failure,"bearing, drive end",wear,\n`,
      'pump-2,2,never,,,,,failure,,,\n',
      `pump-2,3,${time},,,,,repair,,,86400.5\n`,
    ];
    const records = [jsonRow(1) + jsonRow(2), csv.join(''), jsonRow(3)].map((text) => ({ Data: Buffer.from(text) }));
    expect(await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records: records }))).toMatchObject({
      FailedPutCount: 0,
    });
    await rehearsal.aws.firehose.flush();
    // The function has put the bad line on the delivery stream of the quarantine meanwhile.
    await rehearsal.aws.firehose.flush();

    const [parquet, ...more] = await filesUnder('tables/maintenance/');
    expect(more).toEqual([]);
    const rows = (await parquetReadObjects({
      file: await asyncBufferFromFile(parquet ?? ''),
      compressors: { GZIP: (input) => gunzipSync(input) },
    })) as Record<string, unknown>[];
    const seen = rows.map((row) => [row['device_id'], Number(row['sequence']), row['event'], row['component'], row['downtime']]);
    expect(seen).toEqual([
      ['pump-1', 1, 'repair', null, null],
      ['pump-1', 2, 'repair', null, null],
      ['pump-2', 1, 'failure', 'bearing, drive end', null],
      ['pump-2', 3, 'repair', null, 86_400.5],
      ['pump-1', 3, 'repair', null, null],
    ]);

    const [quarantined] = await filesUnder('quarantine/');
    const lines = gunzipSync(readFileSync(quarantined ?? ''))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as QuarantineRecord)).toMatchObject([
      { reason: 'wrong_type', field: 'event_time', shard_id: name, sub_sequence_number: 1 },
    ]);
    expect(await filesUnder('errors/')).toEqual([]);
  });

  it('takes a function that may do what it did, and nothing else that a call would show', () => {
    const { resources, observed } = rehearsal;
    const called = resources.filter(
      ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.includes('maintenance'),
    );
    expect(called).toHaveLength(1);
    for (const one of called) {
      const calls = observed.of(one.name);
      const statements = statementsOfRole(resources, one.get('Role').text());
      expect(calls).toHaveLength(1);
      expect(denied(statements, calls)).toEqual([]);
      expect([...new Set(unused(statements, calls).map(({ sid }) => sid))].sort()).toEqual([
        'DecryptEnvironment',
        'Trace',
        'WriteLogs',
      ]);
    }
  });
});
