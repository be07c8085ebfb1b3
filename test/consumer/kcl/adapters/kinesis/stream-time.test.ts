import { KinesisClient } from '@aws-sdk/client-kinesis';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisStreamApi } from '../../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import { streamTimeOf } from '../../../../../consumer/kcl/adapters/kinesis/stream-time';

describe("the stream's time", () => {
  test.each([
    [{ headers: { date: 'Sat, 21 Nov 2026 10:11:12 GMT' } }, Date.UTC(2026, 10, 21, 10, 11, 12)],
    [{ headers: { Date: 'Sat, 21 Nov 2026 10:11:12 GMT' } }, Date.UTC(2026, 10, 21, 10, 11, 12)],
    [{ headers: { date: 'soon' } }, undefined],
    [{ headers: {} }, undefined],
    [{}, undefined],
  ])('of %j', (response, ms) => {
    expect(streamTimeOf(response)).toBe(ms);
  });

  test('does not count where a reply does not say how far the tip is', async () => {
    let body = {};
    const server: Server = createServer((_request, response) => response.end(JSON.stringify(body))).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const client = new KinesisClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: new NodeHttpHandler(),
    });
    const api = new KinesisStreamApi(client, 'stream');
    body = { Records: [], NextShardIterator: 'next', MillisBehindLatest: 0 };
    await expect(api.getRecords('i', 1)).resolves.toMatchObject({ streamTimeMs: expect.any(Number) as number });
    body = { Records: [], NextShardIterator: 'next' };
    await expect(api.getRecords('i', 1)).resolves.toMatchObject({ streamTimeMs: undefined, batch: { millisBehindLatest: 0 } });
    client.destroy();
    server.close();
  });
});
