import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface KinesisLocal {
  readonly endpoint: string;
  close(): Promise<void>;
}

const startTimeoutMs = 30_000;

/**
 * Starts `kinesis-local` (kinesis-mock of etspaceman, a Kinesis from another hand) in a process of its own.
 *
 * @param streams names and shard counts of streams to begin with: `a:2,b:1`
 * @throws Error with what it printed, when it does not come up
 */
export async function startKinesisLocal(streams: string): Promise<KinesisLocal> {
  const [plainPort, tlsPort] = await Promise.all([freePort(), freePort()]);
  const program = require.resolve('kinesis-local/main.js');
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'] ?? '',
      KINESIS_MOCK_PLAIN_PORT: String(plainPort),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      // It does not start without its certificate, for which it looks in the working directory.
      KINESIS_MOCK_CERT_PATH: path.join(path.dirname(program), 'server.json'),
      INITIALIZE_STREAMS: streams,
      SHARD_LIMIT: '1000',
      // How long a stream stays CREATING or UPDATING.
      CREATE_STREAM_DURATION: '1ms',
      SPLIT_SHARD_DURATION: '1ms',
      MERGE_SHARDS_DURATION: '1ms',
      LOG_LEVEL: 'ERROR',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const untilMs = Date.now() + startTimeoutMs;
  while (!(await listens(plainPort))) {
    if (child.exitCode !== null || Date.now() > untilMs) {
      await close();
      throw new Error(`kinesis-local does not start: ${output}`);
    }
    await delay(50);
  }
  return { endpoint: `http://127.0.0.1:${plainPort}`, close };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
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
