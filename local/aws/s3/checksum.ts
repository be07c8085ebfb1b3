import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error, invalidArgument, notImplemented } from './s3-error';

/** A running checksum. */
interface Checksum {
  update(chunk: Uint8Array): void;
  /** In base64, as the headers carry it. */
  digest(): string;
}

/** The checksums that are verified, by what follows `x-amz-checksum-`. */
const algorithms: Readonly<Record<string, () => Checksum>> = {
  crc32: () => {
    let value = 0;
    return {
      update: (chunk) => (value = crc32(chunk, value)),
      digest: () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value);
        return bytes.toString('base64');
      },
    };
  },
  sha1: () => hash('sha1'),
  sha256: () => hash('sha256'),
};

function hash(name: string): Checksum {
  const running = createHash(name);
  return { update: (chunk) => void running.update(chunk), digest: () => running.digest('base64') };
}

const prefix = 'x-amz-checksum-';

/** Headers that start like a checksum and are none. */
const otherHeaders = ['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'];

/**
 * Verifies a body while it passes, against whatever the request promises about it: Content-MD5, a checksum header or trailer, the
 * signed hash of the payload, the length.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export class BodyVerifier {
  private readonly running = new Map<string, Checksum>();
  private length = 0;

  constructor(
    private readonly headers: Readonly<Record<string, string | undefined>>,
    private readonly trailers: ReadonlyMap<string, string>,
  ) {
    const promised = [...Object.keys(headers), ...(headers['x-amz-trailer'] ?? '').toLowerCase().split(',')];
    for (const header of promised.map((name) => name.trim())) {
      if (header.startsWith(prefix) && !otherHeaders.includes(header)) {
        const make = algorithms[header.slice(prefix.length)];
        if (make === undefined) {
          throw notImplemented(`the checksum ${header}`);
        }
        this.running.set(header, make());
      }
    }
    if (headers['content-md5'] !== undefined) {
      this.running.set('content-md5', hash('md5'));
    }
    if (/^[0-9a-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '')) {
      this.running.set('x-amz-content-sha256', hash('sha256'));
    }
  }

  /** The same bytes. @throws S3Error BadDigest, XAmzContentSHA256Mismatch, IncompleteBody at the end when a promise is not kept */
  async *verify(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.length += chunk.length;
      for (const checksum of this.running.values()) {
        checksum.update(chunk);
      }
      yield chunk;
    }
    const expectedLength = this.headers['x-amz-decoded-content-length'];
    if (expectedLength !== undefined && Number(expectedLength) !== this.length) {
      throw new S3Error('IncompleteBody', `${this.length} bytes came, ${expectedLength} were announced`, 400);
    }
    for (const [header, checksum] of this.running) {
      this.compare(header, checksum.digest());
    }
  }

  /** Checksum headers to answer with; after the body has passed. */
  readonly verified: Record<string, string> = {};

  private compare(header: string, actual: string): void {
    if (header === 'x-amz-content-sha256') {
      if (Buffer.from(actual, 'base64').toString('hex') !== this.headers[header]) {
        throw new S3Error(
          'XAmzContentSHA256Mismatch',
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
          400,
        );
      }
      return;
    }
    const expected = this.headers[header] ?? this.trailers.get(header);
    if (expected === undefined) {
      throw invalidArgument(`the trailing header ${header} was announced and did not come`);
    }
    if (expected !== actual) {
      throw new S3Error('BadDigest', `The ${header} you specified did not match the calculated checksum.`, 400);
    }
    if (header.startsWith(prefix)) {
      this.verified[header] = actual;
    }
  }
}
