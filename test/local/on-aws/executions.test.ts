import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SFNClient } from '@aws-sdk/client-sfn';
import { executionsOn } from '../../../local/on-aws/executions';

/** Step Functions' wire, as far as following takes it: JSON 1.0, the operation in a header. */
describe('executions on AWS', () => {
  const calls: { readonly operation: string; readonly input: unknown }[] = [];
  let answer: (operation: string, input: Readonly<Record<string, unknown>>) => unknown = () => ({});
  let server: Server;
  let client: SFNClient;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
        const input = JSON.parse(body) as Readonly<Record<string, unknown>>;
        calls.push({ operation, input });
        response.setHeader('content-type', 'application/x-amz-json-1.0');
        response.end(JSON.stringify(answer(operation, input)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    client = new SFNClient({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials, maxAttempts: 1 });
  });
  beforeEach(() => calls.splice(0));
  afterAll(() => {
    client.destroy();
    server.close();
  });

  test('start with their input as text', async () => {
    answer = () => ({ executionArn: 'arn:one', startDate: 0 });
    expect(await executionsOn(client).start('arn:machine', { force: true })).toBe('arn:one');
    expect(calls[0]).toMatchObject({
      operation: 'StartExecution',
      input: { stateMachineArn: 'arn:machine', input: '{"force":true}' },
    });
  });

  test('tell what happened to states since, oldest first, and read no further back than they have to', async () => {
    const entered = (id: number, name: string) => ({
      id,
      timestamp: 0,
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name },
    });
    answer = (_, { nextToken }) =>
      nextToken === undefined
        ? {
            events: [{ id: 9, timestamp: 0, type: 'WaitStateExited', stateExitedEventDetails: { name: 'C' } }, entered(8, 'C')],
            nextToken: 'x',
          }
        : { events: [{ id: 7, timestamp: 0, type: 'TaskScheduled' }, entered(6, 'B'), entered(5, 'A')], nextToken: 'y' };
    expect(await executionsOn(client).stepsAfter('arn:one', 5)).toEqual([
      { id: 6, change: 'entered', name: 'B', type: 'Task' },
      { id: 8, change: 'entered', name: 'C', type: 'Task' },
      { id: 9, change: 'exited', name: 'C', type: 'Wait' },
    ]);
    expect(calls).toHaveLength(2);
  });

  test('say how they stand, and what they gave', async () => {
    answer = () => ({ executionArn: 'arn:one', stateMachineArn: 'arn:m', startDate: 0, status: 'SUCCEEDED', output: '{"a":1}' });
    expect(await executionsOn(client).describe('arn:one')).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });
    answer = () => ({
      executionArn: 'arn:one',
      stateMachineArn: 'arn:m',
      startDate: 0,
      status: 'FAILED',
      error: 'E',
      cause: 'C',
    });
    expect(await executionsOn(client).describe('arn:one')).toEqual({ status: 'FAILED', error: 'E', cause: 'C' });
  });
});
