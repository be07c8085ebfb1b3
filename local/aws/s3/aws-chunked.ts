import { S3Error } from './s3-error';

/** A header that comes after the body. */
export type Trailers = Map<string, string>;

/** More than any chunk header or trailer is long, in bytes. */
const maxLineBytes = 8 * 1024;

/**
 * Takes `aws-chunked` framing off a body: `<size in hex>[;chunk-signature=…]\r\n<bytes>\r\n`, …, a chunk of size 0, then trailing
 * headers up to an empty line. Signatures are not verified. Trailers are complete when the generator has ended.
 *
 * @throws S3Error IncompleteBody when the body ends early, InvalidRequest when the framing is broken
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(body: AsyncIterable<Uint8Array>, trailers: Trailers): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(body);
  for (;;) {
    const header = await reader.line();
    const size = /^[0-9a-fA-F]{1,12}(?=;|$)/.exec(header)?.[0];
    if (size === undefined) {
      throw new S3Error('InvalidRequest', `not the header of an aws-chunked chunk: ${JSON.stringify(header.slice(0, 40))}`, 400);
    }
    const bytes = parseInt(size, 16);
    if (bytes === 0) {
      break;
    }
    yield* reader.take(bytes);
    if ((await reader.line()) !== '') {
      throw new S3Error('InvalidRequest', 'an aws-chunked chunk is longer than its header says', 400);
    }
  }
  for (let line = await reader.line(true); line !== ''; line = await reader.line(true)) {
    const colon = line.indexOf(':');
    if (colon <= 0) {
      throw new S3Error('MalformedTrailerError', 'a trailing header has no colon', 400);
    }
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Uint8Array>) {
    this.source = body[Symbol.asyncIterator]();
  }

  /** Up to the next CRLF, which is taken and left out. At the end of the body '' when `endIsEmpty`. */
  async line(endIsEmpty = false): Promise<string> {
    for (;;) {
      const end = this.rest.indexOf('\r\n');
      if (end !== -1) {
        const line = this.rest.toString('latin1', 0, end);
        this.rest = this.rest.subarray(end + 2);
        return line;
      }
      if (this.rest.length > maxLineBytes) {
        throw new S3Error('InvalidRequest', 'a line of the aws-chunked framing is too long', 400);
      }
      if (!(await this.more())) {
        if (endIsEmpty && this.rest.length === 0) {
          return '';
        }
        throw incompleteBody();
      }
    }
  }

  async *take(bytes: number): AsyncGenerator<Uint8Array> {
    for (let missing = bytes; missing > 0;) {
      if (this.rest.length === 0 && !(await this.more())) {
        throw incompleteBody();
      }
      const part = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) {
      return false;
    }
    const { buffer, byteOffset, byteLength } = next.value;
    const chunk = Buffer.from(buffer, byteOffset, byteLength);
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    return true;
  }
}

export const incompleteBody = (): S3Error =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header.', 400);
