import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, type Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exclusive } from './exclusive';
import { makeRoom, objectFiles, pathOfExisting, pruneEmptyFolders } from './folders';
import { compareKeys, pageOf, type ListOptions, type ObjectPage } from './listing';
import { ObjectMetadataStore, type ObjectMetadata } from './object-metadata';
import { noSuchBucket, noSuchKey, preconditionFailed } from './s3-error';

/** An object as it lies in the store. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** MD5 of the content, hexadecimal, without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly metadata: ObjectMetadata;
  /** The file that holds the content. */
  readonly path: string;
}

/** A byte range, both ends inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface PutOptions {
  /** `If-None-Match: *`: fail when the object exists. */
  readonly ifAbsent?: boolean;
  /** `If-Match`: fail unless the object has this ETag (no quotes). */
  readonly ifMatch?: string;
  readonly metadata?: ObjectMetadata;
}

type Body = Uint8Array | string | AsyncIterable<Uint8Array>;

/**
 * Objects as plain files: `<directory>/<bucket>/<key>`, so that a person finds them and any tool reads them (key-path.ts says how
 * odd keys are named). A file that somebody put there by hand is an object too. Writing is atomic: content goes to a temporary
 * file on the same file system and is renamed. What was not part of the content (content type, user metadata) lies apart, under
 * `<directory>/.metadata`.
 *
 * One store per directory: conditions hold among the callers of this object, not among processes.
 */
export class ObjectStore {
  private readonly metadata: ObjectMetadataStore;
  private readonly temporary: string;
  /** MD5 by path, as long as the file has not changed since. */
  private readonly etags = new Map<string, { readonly version: string; readonly etag: string }>();

  constructor(
    /** The folder that holds a folder per bucket. */
    readonly directory: string,
    /** Buckets are made by the infrastructure: these, and no others. */
    readonly buckets: readonly string[],
  ) {
    this.metadata = new ObjectMetadataStore(path.join(directory, '.metadata'));
    this.temporary = path.join(directory, '.tmp');
    mkdirSync(this.temporary, { recursive: true });
    for (const bucket of buckets) {
      mkdirSync(path.join(directory, bucket), { recursive: true });
    }
  }

  /** A path for a new file that `adopt` can then move into place without copying. */
  temporaryPath(): string {
    return path.join(this.temporary, randomUUID());
  }

  /** The folder of a bucket. @throws S3Error NoSuchBucket */
  bucketDirectory(bucket: string): string {
    if (!this.buckets.includes(bucket)) {
      throw noSuchBucket(bucket);
    }
    return path.join(this.directory, bucket);
  }

  /** Stores an object. @throws S3Error NoSuchBucket, PreconditionFailed; and what reading the body throws, leaving nothing behind */
  async put(bucket: string, key: string, body: Body, options: PutOptions = {}): Promise<StoredObject> {
    this.bucketDirectory(bucket);
    const file = this.temporaryPath();
    const md5 = createHash('md5');
    try {
      if (typeof body === 'string' || body instanceof Uint8Array) {
        md5.update(body);
        await fs.writeFile(file, body);
      } else {
        const hashed = async function* (): AsyncGenerator<Uint8Array> {
          for await (const chunk of body) {
            md5.update(chunk);
            yield chunk;
          }
        };
        // Opened before anything is read: a stream that opens by itself can make the file after a failed body was cleaned up.
        const handle = await fs.open(file, 'wx');
        await pipeline(hashed, handle.createWriteStream());
      }
      return await this.moveIntoPlace(bucket, key, file, md5.digest('hex'), options);
    } finally {
      await fs.rm(file, { force: true });
    }
  }

  /** Makes a finished file, best one at `temporaryPath()`, an object; the file is moved. @throws as `put` does */
  async adopt(bucket: string, key: string, file: string, options: PutOptions = {}): Promise<StoredObject> {
    return this.moveIntoPlace(bucket, key, file, await md5Of(file), options);
  }

  /** The object. @throws S3Error NoSuchBucket, NoSuchKey */
  async head(bucket: string, key: string): Promise<StoredObject> {
    const object = await this.find(bucket, key);
    if (object === undefined) {
      throw noSuchKey(key);
    }
    return object;
  }

  /** The object; undefined when there is none. @throws S3Error NoSuchBucket */
  async find(bucket: string, key: string): Promise<StoredObject | undefined> {
    const found = await pathOfExisting(this.bucketDirectory(bucket), key);
    if (found === undefined) {
      return undefined;
    }
    const stats = await fs.stat(found).catch(() => undefined);
    return stats?.isFile() === true ? this.describe(bucket, key, found, stats) : undefined;
  }

  /** The content of an object, or a range of it. */
  read(object: StoredObject, range?: ByteRange): Readable {
    return object.size === 0 ? Readable.from([]) : createReadStream(object.path, range);
  }

  /** The whole content; for small objects. @throws S3Error NoSuchBucket, NoSuchKey */
  async get(bucket: string, key: string): Promise<Buffer> {
    return fs.readFile((await this.head(bucket, key)).path);
  }

  /** Deletes an object; one that is not there is no error. @throws S3Error NoSuchBucket */
  async delete(bucket: string, key: string): Promise<void> {
    const root = this.bucketDirectory(bucket);
    await exclusive(root, async () => {
      const found = await pathOfExisting(root, key);
      if (found !== undefined) {
        await fs.rm(found, { force: true });
        await this.metadata.delete(bucket, key);
        this.etags.delete(found);
        await pruneEmptyFolders(root, path.dirname(found));
      }
    });
  }

  /** One page of a bucket's keys, in the order of their UTF-8 bytes. @throws S3Error NoSuchBucket */
  async list(bucket: string, options: ListOptions = {}): Promise<ObjectPage<StoredObject>> {
    const files = await objectFiles(this.bucketDirectory(bucket), options.prefix ?? '');
    const keys = [...files.keys()].sort(compareKeys);
    const page = pageOf(keys, options);
    const objects: StoredObject[] = [];
    for (const key of page.objects) {
      const file = files.get(key) as string;
      const stats = await fs.stat(file).catch(() => undefined);
      if (stats !== undefined) {
        objects.push(await this.describe(bucket, key, file, stats));
      }
    }
    return { ...page, objects };
  }

  /** Every object under a prefix. For services of this process; it holds them all. @throws S3Error NoSuchBucket */
  async listAll(bucket: string, prefix: string): Promise<readonly StoredObject[]> {
    return (await this.list(bucket, { prefix, maxKeys: Infinity })).objects;
  }

  private async moveIntoPlace(
    bucket: string,
    key: string,
    file: string,
    etag: string,
    { ifAbsent = false, ifMatch, metadata }: PutOptions,
  ): Promise<StoredObject> {
    const root = this.bucketDirectory(bucket);
    return exclusive(root, async () => {
      if (ifAbsent || ifMatch !== undefined) {
        const existing = await this.find(bucket, key);
        if (ifAbsent && existing !== undefined) {
          throw preconditionFailed('If-None-Match');
        }
        if (ifMatch !== undefined && existing === undefined) {
          throw noSuchKey(key);
        }
        if (ifMatch !== undefined && existing?.etag !== ifMatch) {
          throw preconditionFailed('If-Match');
        }
      }
      const target = await makeRoom(root, key);
      await this.metadata.write(bucket, key, etag, metadata);
      await fs.rename(file, target);
      const stats = await fs.stat(target);
      this.etags.set(target, { version: versionOf(stats), etag });
      return this.describe(bucket, key, target, stats);
    });
  }

  private async describe(bucket: string, key: string, file: string, stats: Stats): Promise<StoredObject> {
    const version = versionOf(stats);
    const known = this.etags.get(file);
    const etag = known?.version === version ? known.etag : await md5Of(file);
    this.etags.set(file, { version, etag });
    const metadata = await this.metadata.read(bucket, key, etag);
    return { key, size: stats.size, etag, lastModified: stats.mtime, metadata, path: file };
  }
}

const versionOf = (stats: Stats): string => `${stats.ino}:${stats.size}:${stats.mtimeMs}`;

async function md5Of(file: string): Promise<string> {
  const md5 = createHash('md5');
  await pipeline(createReadStream(file), md5);
  return md5.digest('hex');
}
