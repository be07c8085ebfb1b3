import { Readable } from 'node:stream';
import { cbor, tag, tagSymbol } from '@smithy/core/cbor';
import type { KinesisClientConfig } from '@aws-sdk/client-kinesis';

/** The two forms of the protocol. The SDK for JavaScript speaks JSON, that for Java speaks CBOR: every contract holds in both. */
export const wires = ['JSON', 'CBOR'] as const;
export type Wire = (typeof wires)[number];

/** Members that are bytes, and members that are times, in the API's model. */
const bytesMembers = ['Data'];
const timeMembers = ['Timestamp', 'StreamCreationTimestamp'];

interface HttpRequest {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/**
 * Sends what the client wrote as JSON in CBOR, with the codec of the SDK, and gives it the reply as JSON.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export const cborHandler = {
  handle: async ({ protocol, hostname, port, headers, body }: HttpRequest) => {
    const reply = await fetch(`${protocol}//${hostname}:${port}`, {
      method: 'POST',
      headers: { 'x-amz-target': headers['x-amz-target'] ?? '', 'content-type': 'application/x-amz-cbor-1.1' },
      body: Buffer.from(cbor.serialize(toCbor('', JSON.parse(new TextDecoder().decode(body))))),
    });
    expect(reply.headers.get('content-type')).toBe('application/x-amz-cbor-1.1');
    const document = fromCbor(cbor.deserialize(Buffer.from(await reply.arrayBuffer())) as unknown);
    return {
      response: {
        statusCode: reply.status,
        headers: Object.fromEntries(reply.headers),
        body: Readable.from([Buffer.from(JSON.stringify(document))]),
      },
    };
  },
} as NonNullable<KinesisClientConfig['requestHandler']>;

/** @param name of the member that the value is */
function toCbor(name: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => toCbor(name, item));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, toCbor(member, inner)]));
  }
  if (bytesMembers.includes(name) && typeof value === 'string') {
    return Uint8Array.from(Buffer.from(value, 'base64'));
  }
  return timeMembers.includes(name) ? tag({ tag: 1, value: Math.round(Number(value) * 1000) }) : value;
}

function fromCbor(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString('base64');
  }
  if (Array.isArray(value)) {
    return value.map(fromCbor);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (tagSymbol in value) {
    const time = value as unknown as { tag: number; value: number };
    expect(time).toMatchObject({ tag: 1, value: expect.any(Number) as number });
    return time.value / 1000;
  }
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, fromCbor(inner)]));
}
