import { createReadStream, createWriteStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Channel } from './training-request';

/** Input that cannot be read, or output that cannot be written: the job fails, and `message` is its FailureReason. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code = 'TransferFailed';
}

const parallelDownloads = 8;

/** The bucket and the key of an `s3://` URI. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  return { bucket, key };
}

/**
 * Downloads all objects under a channel's prefix into `folder`, each at its path below the prefix (File mode, S3Prefix).
 * @throws TransferError without any object, or when the bucket cannot be read
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
 */
export async function downloadChannel(s3: S3Client, channel: Channel, folder: string, signal: AbortSignal): Promise<void> {
  const { bucket, key: prefix } = parseS3Uri(channel.s3Uri);
  await fs.mkdir(folder, { recursive: true });
  try {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      // A key that ends in a slash is the mark of a folder that somebody made in the console.
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? '').filter((key) => !key.endsWith('/')));
    }
    if (keys.length === 0) {
      throw new TransferError(
        `ClientError: Data download failed:No S3 objects found under S3 URL "${channel.s3Uri}" given in input data source.`,
      );
    }
    const queue = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
        await download(s3, bucket, key, localPath(folder, prefix, key), signal);
      }
    };
    await Promise.all(Array.from({ length: parallelDownloads }, worker));
  } catch (error: unknown) {
    if (error instanceof TransferError || signal.aborted) {
      throw error;
    }
    throw new TransferError(`ClientError: Data download failed:${describe(error)} (S3 URL "${channel.s3Uri}")`, { cause: error });
  }
}

function localPath(folder: string, prefix: string, key: string): string {
  const below = key.slice(prefix.endsWith('/') || key[prefix.length] === '/' ? prefix.length : prefix.lastIndexOf('/') + 1);
  const full = path.join(folder, below);
  if (!full.startsWith(folder + path.sep)) {
    throw new TransferError(`ClientError: Data download failed:the key ${key} is no path below its prefix`);
  }
  return full;
}

async function download(s3: S3Client, bucket: string, key: string, file: string, signal: AbortSignal): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  await fs.mkdir(path.dirname(file), { recursive: true });
  await pipeline(Body as Readable, createWriteStream(file), { signal });
}

/** Uploads a file. @throws TransferError */
export async function upload(s3: S3Client, file: string, uri: string): Promise<void> {
  const { bucket, key } = parseS3Uri(uri);
  const { size } = await fs.stat(file);
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: createReadStream(file), ContentLength: size }));
  } catch (error: unknown) {
    throw new TransferError(`ClientError: Artifact upload failed:${describe(error)} (S3 URL "${uri}")`, { cause: error });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
