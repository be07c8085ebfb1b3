import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Lake, LakeObject } from './lake';

/** How often a conditional write is tried that another one of the same key, at the same moment, has disturbed. */
const writeAttempts = 5;

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

  async folders(prefix: string): Promise<readonly string[]> {
    const folders: string[] = [];
    const request = { Bucket: this.bucket, Prefix: prefix, Delimiter: '/' };
    for await (const page of paginateListObjectsV2({ client: this.s3 }, request)) {
      folders.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []));
    }
    return folders;
  }

  async read(key: string, start: number, end: number): Promise<ArrayBuffer> {
    // HTTP ranges include their end.
    const range = `bytes=${start}-${end - 1}`;
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: range }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return new Uint8Array(bytes).buffer;
  }

  /**
   * S3 tells whether an object is there only to who may list the bucket, and a right to list that is bound to prefixes does not count: a
   * read names none. So what is refused is looked for in a list.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
   */
  async readText(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return await Body?.transformToString();
    } catch (error: unknown) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'NoSuchKey' || (name === 'AccessDenied' && !(await this.isListed(key)))) {
        return undefined;
      }
      throw error;
    }
  }

  /** Whether an object is there. One that may not be listed is taken to be. */
  private async isListed(key: string): Promise<boolean> {
    try {
      return (await this.list(key)).some((object) => object.key === key);
    } catch {
      return true;
    }
  }

  async writeJson(key: string, text: string): Promise<void> {
    await this.write(key, text, 'application/json');
  }

  async writeBytes(key: string, bytes: Uint8Array): Promise<void> {
    await this.write(key, bytes, 'application/octet-stream');
  }

  async writeHtml(key: string, text: string): Promise<void> {
    await this.write(key, text, 'text/html; charset=utf-8');
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (412, and 409, on which to try again) */
  async writeNew(key: string, text: string): Promise<'created' | 'exists'> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.write(key, text, 'application/json', '*');
        return 'created';
      } catch (error: unknown) {
        const name = error instanceof Error ? error.name : '';
        if (name === 'PreconditionFailed') {
          return 'exists';
        }
        if (name !== 'ConditionalRequestConflict' || attempt === writeAttempts) {
          throw error;
        }
      }
    }
  }

  private async write(key: string, body: string | Uint8Array, type: string, ifNoneMatch?: '*'): Promise<void> {
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: body,
        ContentType: type,
        ...(ifNoneMatch !== undefined && { IfNoneMatch: ifNoneMatch }),
      }),
    );
  }
}
