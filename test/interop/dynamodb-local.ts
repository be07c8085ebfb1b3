import { CreateTableCommand, DynamoDBClient, ListTablesCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { waitFor } from '../chaos/kit/wait';

export interface DynamoDbLocal {
  readonly endpoint: string;
  /** Ends it. Stopping twice is harmless. */
  close(): Promise<void>;
}

export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
export const region = 'us-east-1';

/** Starts AWS's own DynamoDB Local, in memory. */
export async function startDynamoDbLocal(javaArgs: readonly string[], logFile: string): Promise<DynamoDbLocal> {
  const port = await freePort();
  const log = openSync(logFile, 'a');
  // The shell reads until this process is gone, however it went, and then ends the server.
  const guard = '"$0" "$@" </dev/null & server=$!; cat >/dev/null; kill -9 $server; wait $server 2>/dev/null';
  const args = [...javaArgs, '-inMemory', '-disableTelemetry', '-port', String(port)];
  const child = spawn('sh', ['-c', guard, 'java', ...args], { stdio: ['pipe', log, log], detached: true });
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    child.stdin?.end();
    await exited;
  };
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  const answers = (): Promise<boolean> =>
    client.send(new ListTablesCommand({})).then(
      () => true,
      () => false,
    );
  try {
    await waitFor(`DynamoDB Local to answer (see ${logFile})`, answers, { timeoutMs: 30_000 });
  } catch (error: unknown) {
    await close();
    throw error;
  } finally {
    client.destroy();
  }
  return { endpoint, close };
}

/** A lease table as the library asks for it: the key and nothing else. */
export async function createLeaseTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.2, maxDelay: 1 }, { TableName: name });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
