import { SNSClient } from '@aws-sdk/client-sns';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it came over the wire. */
export interface WireMessage {
  readonly message: string;
  readonly subject: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the next request is answered with, instead of success. */
export type Script =
  | { readonly failed: readonly number[]; readonly isFinal?: boolean }
  | { readonly error: string; readonly status: number }
  | { readonly silent: readonly number[] };

/** A server that answers PublishBatch as its API reference says, in XML, and fails as it is told to. */
export interface ScriptedSns {
  readonly client: SNSClient;
  readonly accepted: WireMessage[];
  script: Script | undefined;
  close(): Promise<void>;
}

export const knownTopic = 'arn:aws:sns:eu-central-1:000000000000:known';

/** @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export async function startScriptedSns(): Promise<ScriptedSns> {
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const { body, status } = answer(new URLSearchParams(text), sns);
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new SNSClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  const close = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const sns: ScriptedSns = { client, accepted: [], script: undefined, close };
  return sns;
}

function answer(query: URLSearchParams, { accepted, script }: ScriptedSns): { body: string; status: number } {
  const entries = entriesOf(query);
  const bytes = entries.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
  if (query.get('TopicArn') !== knownTopic) {
    return errorReply('NotFound', 404);
  }
  if (entries.length > 10 || bytes > 262_144) {
    return errorReply(entries.length > 10 ? 'TooManyEntriesInBatchRequest' : 'BatchRequestTooLong', 400);
  }
  if (script !== undefined && 'error' in script) {
    return errorReply(script.error, script.status);
  }
  const failed = new Set(script !== undefined && 'failed' in script ? script.failed : []);
  const silent = new Set(script !== undefined && 'silent' in script ? script.silent : []);
  const isFinal = script !== undefined && 'failed' in script && script.isFinal === true;
  const members = { successful: '', failed: '' };
  entries.forEach((entry, index) => {
    if (failed.has(index)) {
      members.failed += `<member><Id>${entry.id}</Id><Code>InternalError</Code><SenderFault>${String(isFinal)}</SenderFault></member>`;
    } else if (!silent.has(index)) {
      accepted.push(entry);
      members.successful += `<member><Id>${entry.id}</Id><MessageId>m-${index}</MessageId></member>`;
    }
  });
  const result = `<Successful>${members.successful}</Successful><Failed>${members.failed}</Failed>`;
  const body = `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>${result}</PublishBatchResult></PublishBatchResponse>`;
  return { body, status: 200 };
}

function entriesOf(query: URLSearchParams): (WireMessage & { readonly id: string })[] {
  const entries: (WireMessage & { readonly id: string })[] = [];
  for (let at = 1; query.has(`PublishBatchRequestEntries.member.${at}.Id`); at += 1) {
    const of = (name: string): string | null => query.get(`PublishBatchRequestEntries.member.${at}.${name}`);
    const attributes: Record<string, string> = {};
    for (let entry = 1; of(`MessageAttributes.entry.${entry}.Name`) !== null; entry += 1) {
      const value = (name: string): string => String(of(`MessageAttributes.entry.${entry}.Value.${name}`));
      attributes[String(of(`MessageAttributes.entry.${entry}.Name`))] = `${value('DataType')} ${value('StringValue')}`;
    }
    entries.push({ id: String(of('Id')), message: String(of('Message')), subject: of('Subject'), attributes });
  }
  return entries;
}

function errorReply(code: string, status: number): { body: string; status: number } {
  const body = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  return { body, status };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
