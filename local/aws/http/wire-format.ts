import { readCbor } from './cbor-reader';
import { CborWriter } from './cbor-writer';
import { Written } from './written';

/** How the members of requests and replies are put into bytes. */
export interface WireFormat {
  readonly contentType: string;
  /** The document in the JSON form: bytes in base64, times in seconds. @throws Error when it is not one document */
  parse(body: Buffer): unknown;
  /** @param output in the JSON form, times as Timestamp; or Written */
  serialize(output: unknown): Buffer;
}

/** AWS JSON. @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export function jsonFormat(version: '1.0' | '1.1'): WireFormat {
  return {
    contentType: `application/x-amz-json-${version}`,
    parse: (body): unknown => JSON.parse(body.toString('utf8')),
    serialize: (output) => Buffer.from(output instanceof Written ? output.json() : JSON.stringify(output)),
  };
}

/**
 * AWS JSON's members in CBOR, which SDKs for Java speak to Kinesis: the same operations and headers, byte strings as they are, and
 * times as tag 1 with milliseconds since the epoch.
 */
export const cborFormat: WireFormat = {
  contentType: 'application/x-amz-cbor-1.1',
  parse: readCbor,
  serialize: (output) => {
    const writer = new CborWriter();
    if (output instanceof Written) {
      output.cbor(writer);
    } else {
      writer.value(output);
    }
    return writer.finish();
  },
};
