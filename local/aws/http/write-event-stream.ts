import { AwsError } from './aws-error';
import { encodeMessage, type EventStream } from './event-stream';
import type { Response } from './server';
import type { Writable } from 'node:stream';
import type { WireFormat } from './wire-format';

interface WriteOptions {
  /** Of the events' bodies. */
  readonly format: WireFormat;
  readonly requestId: string;
  /** Aborted when the caller goes away. */
  readonly gone: AbortSignal;
  /** Whether nothing follows the initial response: a fault. */
  readonly silent: boolean;
}

/**
 * Writes the events of a stream as they come, the first one being `initial-response`; the next one is asked for when the connection
 * has taken the one before.
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export async function writeEventStream(response: Response, stream: EventStream, options: WriteOptions): Promise<void> {
  const { format, requestId, gone, silent } = options;
  const { contentType } = format;
  const sink: Writable = response;
  const write = (kind: Readonly<Record<string, string>>, body: unknown): boolean =>
    sink.write(encodeMessage({ ...kind, ':content-type': contentType }, format.serialize(body)));
  response.statusCode = 200;
  response.setHeader('content-type', 'application/vnd.amazon.eventstream');
  response.setHeader('x-amzn-requestid', requestId);
  try {
    write({ ':message-type': 'event', ':event-type': 'initial-response' }, {});
    for await (const { type, body } of stream.events(gone)) {
      if (!silent && !write({ ':message-type': 'event', ':event-type': type }, body)) {
        await drained(response, AbortSignal.any([gone, stream.ended]));
      }
    }
  } catch (error: unknown) {
    if (!gone.aborted) {
      const known = error instanceof AwsError ? error : new AwsError('InternalFailureException', String(error));
      write({ ':message-type': 'exception', ':exception-type': known.code }, { message: known.message, ...known.details });
    }
  }
  if (!gone.aborted) {
    response.end();
  }
}

/** Resolves when the connection takes more, or no longer needs to. */
function drained(response: Response, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.removeListener('drain', done);
      over.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    over.addEventListener('abort', done);
    if (over.aborted) {
      done();
    }
  });
}
