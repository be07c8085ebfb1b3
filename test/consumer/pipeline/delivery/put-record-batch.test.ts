import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import fc from 'fast-check';
import { putRecordBatch } from '../../../../consumer/pipeline/delivery/put-record-batch';

/** The request as it goes out, caught just before the network. */
async function sent(command: PutRecordBatchCommand): Promise<{ body: string; headers: Record<string, string> }> {
  let caught: { body: string; headers: Record<string, string> } | undefined;
  const client = new FirehoseClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async ({ body, headers }: { body: Uint8Array; headers: Record<string, string> }) => {
        caught = { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'), headers };
        throw new Error('caught');
      },
    } as never,
    maxAttempts: 1,
  });
  await expect(client.send(command)).rejects.toThrow('caught');
  return caught as unknown as { body: string; headers: Record<string, string> };
}

describe('putRecordBatch', () => {
  test('sends what the SDK would send', async () => {
    const records = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(records, async (each) => {
        const bySdk = await sent(
          new PutRecordBatchCommand({ DeliveryStreamName: 'a-stream', Records: each.map((Data) => ({ Data })) }),
        );
        const ours = await sent(putRecordBatch('a-stream', each));
        expect(JSON.parse(ours.body)).toEqual(JSON.parse(bySdk.body));
        expect(ours.headers['content-length']).toBe(String(Buffer.byteLength(ours.body)));
        expect(ours.headers['x-amz-target']).toBe(bySdk.headers['x-amz-target']);
      }),
      { numRuns: 50 },
    );
  });

  test('sends views of a larger buffer as what they show', async () => {
    const whole = Buffer.from('0123456789');
    const { body } = await sent(putRecordBatch('a-stream', [whole.subarray(2, 5)]));
    expect(JSON.parse(body)).toEqual({
      DeliveryStreamName: 'a-stream',
      Records: [{ Data: Buffer.from('234').toString('base64') }],
    });
  });
});
