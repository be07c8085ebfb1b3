import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { startS3, type S3Service } from '../../../../local/aws/s3/service';

const Bucket = 'lake';
const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex');

describe('the local S3, through the SDK client', () => {
  let directory: string;
  let service: S3Service;
  let s3: S3Client;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 's3-'));
    service = await startS3({ directory, buckets: [Bucket, 'other'] });
    s3 = new S3Client({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    s3.destroy();
    await service.close();
    await service.close();
    rmSync(directory, { recursive: true });
  });

  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const text = async (Key: string, options: { Range?: string } = {}): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...options }));
    return (await Body?.transformToString()) ?? '';
  };
  const filesBelow = (folder: string): number =>
    readdirSync(path.join(directory, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
  test('keeps an object as a plain file under its key', async () => {
    const { ETag } = await put('table/date=2026-11-20/part 1.json', '{"a":1}');

    expect(ETag).toBe(`"${md5('{"a":1}')}"`);
    expect(readFileSync(path.join(directory, Bucket, 'table/date=2026-11-20/part 1.json'), 'utf8')).toBe('{"a":1}');
    expect(await text('table/date=2026-11-20/part 1.json')).toBe('{"a":1}');
  });

  test('takes a stream, which the SDK sends in chunks with the checksum behind', async () => {
    const parts = Array.from({ length: 40 }, (_, index) => Buffer.alloc(50_000 + index, index));
    const all = Buffer.concat(parts);

    await s3.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body: Readable.from(parts), ContentLength: all.length }));

    expect(readFileSync(path.join(directory, Bucket, 'streamed')).equals(all)).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }));
    expect(head).toMatchObject({ ContentLength: all.length, ETag: `"${md5(all)}"` });
  });

  test('gives back content type, encoding and user metadata, and forgets them when the content changes', async () => {
    const options = { ContentType: 'application/json', ContentEncoding: 'gzip', Metadata: { source: 'a b' } };
    await s3.send(new PutObjectCommand({ Bucket, Key: 'described', Body: 'x', ...options }));
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'described' }))).toMatchObject(options);

    writeFileSync(path.join(directory, Bucket, 'described'), 'by hand');

    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'described' }));
    expect(head).toMatchObject({ ContentType: 'binary/octet-stream', Metadata: {}, ETag: `"${md5('by hand')}"` });
    expect(head.ContentEncoding).toBeUndefined();
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
  test.each([
    ['Content-MD5', { ContentMD5: Buffer.alloc(16).toString('base64') }, 'BadDigest'],
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
    ['SHA-256', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }, 'BadDigest'],
    ['CRC64NVME, which is not supported,', { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }, 'NotImplemented'],
  ])('refuses content that does not match its %s and leaves nothing behind', async (_, checksum, code) => {
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'x', ...checksum }))).rejects.toMatchObject({
      name: code,
    });
    expect(existsSync(path.join(directory, Bucket, 'wrong'))).toBe(false);
    expect(filesBelow('.tmp')).toBe(0);
  });

  test.each([
    ['a wrong trailing checksum', '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['a missing trailing checksum', '3\r\nabc\r\n0\r\n\r\n', 'InvalidArgument'],
    ['an end in the middle of a chunk', '5\r\nabc', 'IncompleteBody'],
    ['a chunk header that is none', 'hello\r\n', 'InvalidRequest'],
    ['a chunk longer than its header says', '2\r\nabc\r\n0\r\n\r\n', 'InvalidRequest'],
  ])('refuses an aws-chunked body with %s', async (_, body, code) => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    };
    const response = await fetch(`${service.endpoint}/${Bucket}/chunked`, { method: 'PUT', headers, body });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(existsSync(path.join(directory, Bucket, 'chunked'))).toBe(false);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  test('lets one of many writers create an object with If-None-Match', async () => {
    const writers = Array.from({ length: 20 }, (_, index) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body: String(index), IfNoneMatch: '*' })),
    );
    const outcomes = await Promise.allSettled(writers);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refusals).toHaveLength(19);
    expect(refusals[0]?.reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  });

  test('replaces an object with If-Match only while it is what the writer saw', async () => {
    const { ETag } = await put('seen', 'first');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'seen', Body: 'second', IfMatch: ETag }));
    const again = new PutObjectCommand({ Bucket, Key: 'seen', Body: 'third', IfMatch: ETag });
    await expect(s3.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await text('seen')).toBe('second');
    const absent = new PutObjectCommand({ Bucket, Key: 'never-seen', Body: 'x', IfMatch: ETag });
    await expect(s3.send(absent)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  test.each([
    ['bytes=2-4', '234'],
    ['bytes=7-', '789'],
    ['bytes=-2', '89'],
    ['bytes=5-100', '56789'],
    ['bytes=-100', '0123456789'],
  ])('reads the range %s', async (Range, expected) => {
    await put('digits', '0123456789');
    expect(await text('digits', { Range })).toBe(expected);
  });

  test('refuses a range outside the object', async () => {
    await put('digits', '0123456789');
    await expect(text('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  test('reads on conditions', async () => {
    const { ETag } = await put('conditional', 'x');
    const get = (options: object) => s3.send(new GetObjectCommand({ Bucket, Key: 'conditional', ...options }));
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get({ IfModifiedSince: new Date(Date.now() + 60_000) })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    expect(await (await get({ IfMatch: ETag, IfUnmodifiedSince: new Date(0) })).Body?.transformToString()).toBe('x');
  });

  test('reads an empty object', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: new Uint8Array(0), ContentLength: 0 }));
    expect(await text('empty')).toBe('');
  });

  test('says NoSuchKey, NoSuchBucket and NotFound', async () => {
    await expect(text('absent')).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'absent' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'absent' }))).rejects.toMatchObject({ name: 'NotFound' });
    const elsewhere = new PutObjectCommand({ Bucket: 'absent', Key: 'x', Body: 'x' });
    await expect(s3.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).resolves.toBeDefined();
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket, 'other']);
  });

  test('deletes, also what is not there, and removes folders that have become empty', async () => {
    await put('deep/er/and/deeper', 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deep/er/and/deeper' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deep/er/and/deeper' }));
    await expect(text('deep/er/and/deeper')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(existsSync(path.join(directory, Bucket, 'deep'))).toBe(false);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
  test('deletes many at once, odd keys among them', async () => {
    const keys = ['del/a&b', 'del/<c>', 'del/d\'"', 'del/é\u0001'];
    await Promise.all(keys.map((key) => put(key, 'x')));
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'del/' }))).KeyCount).toBe(0);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
  test('lists by prefix, page by page, in the order of UTF-8', async () => {
    const keys = ['list/Z', 'list/a', 'list/a/b', 'list/a/c/d', 'list/b', 'list/\uff5e', 'list/😀'];
    await Promise.all(keys.map((key) => put(key, key)));
    const found: (string | undefined)[] = [];
    let pages = 0;
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket, Prefix: 'list/' })) {
      found.push(...Contents.map(({ Key }) => Key));
      pages += 1;
    }
    expect(found).toEqual(keys);
    expect(pages).toBe(3);
    expect(
      (await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', StartAfter: 'list/a/c/d' }))).Contents?.[0]?.Key,
    ).toBe('list/b');
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/a/c' }))).KeyCount).toBe(1);
  });

  test('rolls keys up by a delimiter, over pages', async () => {
    await Promise.all(['roll/a/1', 'roll/a/2', 'roll/b', 'roll/c/1', 'roll/c/2', 'roll/d'].map((key) => put(key, 'x')));
    const entries: (string | undefined)[] = [];
    const input = { Bucket, Prefix: 'roll/', Delimiter: '/' };
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 1 }, input)) {
      expect(page.KeyCount).toBe(1);
      entries.push(...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    }
    expect(entries).toEqual(['roll/a/', 'roll/b', 'roll/c/', 'roll/d']);
  });

  test('refuses a continuation token that it did not give', async () => {
    const list = new ListObjectsV2Command({ Bucket, ContinuationToken: 'no token!' });
    await expect(s3.send(list)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test.each([
    ['CreateMultipartUpload', () => s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'x' }))],
    ['CopyObject', () => s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: 'lake/y' }))],
    ['PutObjectTagging', () => s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'x', Tagging: { TagSet: [] } }))],
    ['PutObject with the header x-amz-acl', () => s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ACL: 'private' }))],
    ['GetObject with the parameter versionId', () => s3.send(new GetObjectCommand({ Bucket, Key: 'x', VersionId: '1' }))],
  ])('answers that %s is not supported', async (name, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(name) as string });
  });

  test('answers a path that is not URI-encoded UTF-8 with InvalidURI', async () => {
    const response = await fetch(`${service.endpoint}/lake/%ff`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidURI</Code>');
  });
});
