import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClients, leaseRequestMs, type Clients } from '../../consumer/clients';
import { FirehoseDelivery, SnsAlerts } from '../../consumer/pipeline';

describe('the connections to AWS', () => {
  let silent: Server;
  let clients: Clients;
  const before = { ...process.env };

  beforeAll(async () => {
    // Takes every request and answers none.
    silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    Object.assign(process.env, {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    });
    clients = createClients({ leaseRequestMs: 40, deliveryRequestMs: 40, alertRequestMs: 40 });
  });
  afterAll(async () => {
    process.env = before;
    Object.values(clients).forEach((client: { destroy(): void }) => client.destroy());
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('give up a request to Firehose that has no answer, so that it is sent again', async () => {
    const delivery = new FirehoseDelivery(clients.firehose);
    const outcome = await delivery.put('stream', [Buffer.from('{}\n')], new AbortController().signal);
    expect(outcome).toMatchObject({ type: 'unavailable', code: 'TimeoutError' });
  });

  it('give up a request about alerts that has no answer', async () => {
    const alerts = new SnsAlerts(clients.sns, 'arn:aws:sns:eu-central-1:000000000000:alerts');
    const message = { subject: 's', body: '{}', attributes: {} };
    const outcome = await alerts.publish([message], new AbortController().signal);
    expect(outcome).toMatchObject({ type: 'unavailable', code: 'TimeoutError' });
  });

  it('give up a request about leases that has no answer', async () => {
    await expect(clients.dynamodb.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('leave room for three requests about a lease within its failover time', () => {
    expect([300, 3_000, 10_000, 60_000].map(leaseRequestMs)).toEqual([250, 1_000, 3_333, 5_000]);
  });
});
