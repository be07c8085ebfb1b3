import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Lake, LakeObject } from './lake';

/** The lake's bucket in Amazon S3. */
export class S3Lake implements Lake {
  constructor(
    private readonly s3: S3Client,
    readonly bucket: string,
  ) {}

  async list(prefix: string): Promise<readonly LakeObject[]> {
    const objects: LakeObject[] = [];
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket: this.bucket, Prefix: prefix })) {
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        objects.push({ key: Key, size: Size, etag: ETag.replaceAll('"', '') });
      }
    }
    return objects;
  }

  async read(key: string, start: number, end: number): Promise<ArrayBuffer> {
    // HTTP ranges include their end.
    const range = `bytes=${start}-${end - 1}`;
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: range }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return new Uint8Array(bytes).buffer;
  }

  async writeJson(key: string, text: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text, ContentType: 'application/json' }));
  }
}
