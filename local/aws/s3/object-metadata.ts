import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { pathSegments } from './key-path';

/** What S3 keeps about an object beside its content. */
export interface ObjectMetadata {
  /** Response headers that were given with the object, by lower-case name: content-type, content-encoding, cache-control, … */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, by name without `x-amz-meta-`. */
  readonly user: Readonly<Record<string, string>>;
}

const none: ObjectMetadata = { headers: {}, user: {} };

/**
 * Metadata in files of their own, and only for objects that have some. An entry carries the ETag of the content that it was
 * written for: metadata of an object that was replaced by hand does not count.
 */
export class ObjectMetadataStore {
  constructor(private readonly directory: string) {}

  async read(bucket: string, key: string, etag: string): Promise<ObjectMetadata> {
    const text = await fs.readFile(this.file(bucket, key), 'utf8').catch(() => undefined);
    if (text === undefined) {
      return none;
    }
    const { etag: writtenFor, ...metadata } = JSON.parse(text) as ObjectMetadata & { readonly etag: string };
    return writtenFor === etag ? metadata : none;
  }

  async write(bucket: string, key: string, etag: string, metadata: ObjectMetadata = none): Promise<void> {
    if (Object.keys(metadata.headers).length === 0 && Object.keys(metadata.user).length === 0) {
      await this.delete(bucket, key);
      return;
    }
    const file = this.file(bucket, key);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, JSON.stringify({ etag, ...metadata }));
  }

  async delete(bucket: string, key: string): Promise<void> {
    await fs.rm(this.file(bucket, key), { force: true });
  }

  private file(bucket: string, key: string): string {
    // One flat name per segment but the ending: a folder `a` and the metadata of the object `a` must not meet.
    const segments = pathSegments(key);
    return path.join(this.directory, bucket, ...segments.slice(0, -1), `${segments.at(-1) ?? ''}%.json`);
  }
}
