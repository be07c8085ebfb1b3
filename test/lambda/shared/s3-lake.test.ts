import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Client } from '@aws-sdk/client-s3';
import { S3Lake } from '../../../lambda/shared/s3-lake';
import { startS3, type S3Service } from '../../../local/aws/s3/service';

/** The lake over S3's own wire. */
describe('the lake in S3', () => {
  let directory: string;
  let s3: S3Service;
  let client: S3Client;
  let lake: S3Lake;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 's3-lake-'));
    s3 = await startS3({ directory, buckets: ['lake'] });
    client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    lake = new S3Lake(client, 'lake');
  });
  afterAll(async () => {
    client.destroy();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('of many that write a new document at once, one does', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => lake.writeNew('new.json', `{"by":${index}}`)));
    expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
    expect(await lake.readText('new.json')).toBe(`{"by":${answers.indexOf('created')}}`);
    expect(await lake.writeNew('new.json', '{}')).toBe('exists');
  });

  test('tries again when another write of the same key was under way', async () => {
    const conflict = Object.assign(new Error('try again'), { name: 'ConditionalRequestConflict' });
    const failing = (times: number): S3Lake => {
      let calls = 0;
      const send = async (command: PutObjectCommand): Promise<unknown> => {
        calls += 1;
        return calls <= times ? Promise.reject(conflict) : client.send(command);
      };
      return new S3Lake(Object.assign(Object.create(client) as S3Client, { send }), 'lake');
    };
    expect(await failing(4).writeNew('conflict.json', '{}')).toBe('created');
    await expect(failing(5).writeNew('conflict-2.json', '{}')).rejects.toBe(conflict);
  });

  test('reads what is not there as undefined', async () => {
    expect(await lake.readText('nothing.json')).toBeUndefined();
    await expect(lake.read('nothing.json', 0, 10)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('looks in a list for what it may not read, which S3 says of what is not there too', async () => {
    const denied = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
    const refusing = (...commands: readonly string[]): S3Lake => {
      const send = async (command: PutObjectCommand): Promise<unknown> =>
        commands.includes(command.constructor.name) ? Promise.reject(denied) : client.send(command);
      return new S3Lake(Object.assign(Object.create(client) as S3Client, { send }), 'lake');
    };
    await lake.writeJson('there.json', '{}');
    await lake.writeJson('not-there.json.other', '{}');
    expect(await refusing('GetObjectCommand').readText('not-there.json')).toBeUndefined();
    await expect(refusing('GetObjectCommand').readText('there.json')).rejects.toBe(denied);
    await expect(refusing('GetObjectCommand', 'ListObjectsV2Command').readText('not-there.json')).rejects.toBe(denied);
  });

  test('lists folders, and not what lies deeper', async () => {
    for (const key of [
      't/date=2026-11-19/a',
      't/date=2026-11-20/b',
      't/date=2026-11-20/deep/c',
      't/stray',
      'u/date=2026-11-21/d',
    ]) {
      await lake.writeJson(key, '{}');
    }
    expect(await lake.folders('t/')).toEqual(['t/date=2026-11-19/', 't/date=2026-11-20/']);
    expect(await lake.folders('none/')).toEqual([]);
  });

  test('says what a page and a document are', async () => {
    await lake.writeHtml('card.html', '<p>');
    await lake.writeJson('card.json', '{}');
    const types = await Promise.all(
      ['card.html', 'card.json'].map(async (key) => (await s3.store.head('lake', key)).metadata.headers['content-type']),
    );
    expect(types).toEqual(['text/html; charset=utf-8', 'application/json']);
  });
});
