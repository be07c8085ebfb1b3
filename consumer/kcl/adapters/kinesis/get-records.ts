import { GetRecordsCommand, type GetRecordsCommandInput, type KinesisClient } from '@aws-sdk/client-kinesis';
import { parseRecordsReply, type RecordsReply } from './records-reply';
import { streamTimeOf, type DatedResponse } from './stream-time';

/** The part of the HTTP response that matters here; the SDK declares it as unknown. */
interface HttpReply extends DatedResponse {
  readonly statusCode: number;
  body: AsyncIterable<Uint8Array> | Uint8Array | undefined;
}

/** What a reply says in its body, and the service's time in its header. */
export type TimedReply = RecordsReply & { readonly streamTimeMs: number | undefined };

const nothing = new Uint8Array();

/**
 * GetRecords by the caller's own client: its endpoint, signature, retries and errors are the SDK's; only the body of a good reply
 * is read here, just before the SDK would, which then finds nothing left to read.
 *
 * @throws what the client throws, and Error when the body is not a GetRecords reply
 */
export async function getRecords(
  client: KinesisClient,
  input: GetRecordsCommandInput,
  signal: AbortSignal | undefined,
): Promise<TimedReply> {
  const command = new GetRecordsCommand(input);
  let parsed: TimedReply | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as HttpReply;
      if (response.statusCode < 300) {
        const body = await wholeBody(response.body);
        response.body = nothing;
        parsed = { ...parseRecordsReply(body), streamTimeMs: streamTimeOf(response) };
      }
      return result;
    },
    // The lowest priority of this step is the closest to the network: the body is still unread.
    { step: 'deserialize', priority: 'low', name: 'readGetRecordsReply' },
  );
  await client.send(command, signal === undefined ? {} : { abortSignal: signal });
  if (parsed === undefined) {
    throw new Error('the client answered GetRecords without a reply from the stream');
  }
  return parsed;
}

async function wholeBody(body: HttpReply['body']): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) {
    return body ?? nothing;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
