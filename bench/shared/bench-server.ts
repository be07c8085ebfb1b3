import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { environment } from './run-subject';

/** A running `bench/server.ts`. */
export interface BenchServer {
  readonly kinesis: string;
  readonly dynamodb: string;
  readonly firehose: string;
  stop(): Promise<void>;
}

export interface BenchServerProps {
  readonly records: number;
  readonly shards: number;
  /** Bytes of a record, or the domain whose simulator makes the records. */
  readonly payload: string;
  /** Hold readers to the service's quotas. @default false */
  readonly limited?: boolean;
}

const program = path.join(__dirname, '..', 'server.ts');

/** Starts the server and fills it. @throws Error when it does not come up */
export async function startBenchServer(props: BenchServerProps): Promise<BenchServer> {
  const args = ['--max-old-space-size=8000', '--require', require.resolve('tsx/cjs'), program];
  args.push('--records', String(props.records), '--shards', String(props.shards), '--payload', props.payload);
  if (props.limited === true) {
    args.push('--limited');
  }
  // It ends when its standard input does: also when this process is killed.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env: environment() });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void exited.then(() => reject(new Error('the server of the benchmark did not start')));
  });
  const endpoints = JSON.parse(line) as Omit<BenchServer, 'stop'>;
  return {
    ...endpoints,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
