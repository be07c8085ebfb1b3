import { ListShardsCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { callerOf, type ApiCall } from '../../../../local/aws/http/api-call';
import { startJsonService } from '../../../../local/aws/http/json-service';

describe('the caller of a request', () => {
  test('is the access key id that it is signed with', () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=consumer-1/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00';
    expect(callerOf({ headers: { authorization } })).toBe('consumer-1');
  });

  test.each([{}, { authorization: 'Bearer abc' }])('is nobody without a signature: %j', (headers) => {
    expect(callerOf({ headers })).toBe('');
  });

  test('is told with the operation and its members, as an SDK sends them', async () => {
    const calls: ApiCall[] = [];
    const service = await startJsonService({
      name: 'kinesis',
      targetPrefix: 'Kinesis_20131202',
      operations: { ListShards: () => ({ Shards: [] }) },
      recorder: (call) => calls.push(call),
    });
    const credentials = { accessKeyId: 'reader', secretAccessKey: 'local' };
    const client = new KinesisClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
    await client.send(new ListShardsCommand({ StreamName: 'telemetry' }));
    client.destroy();
    await service.close();
    expect(calls).toEqual([
      { caller: 'reader', service: 'kinesis', operation: 'ListShards', input: { StreamName: 'telemetry' } },
    ]);
  });
});
