import { createRequire } from 'node:module';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ConversionJob, ConversionResult } from './convert';
import type { WorkerReply, WorkerRequest } from './convert-worker';

interface Pending {
  readonly resolve: (result: ConversionResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker thread starts without the hook by which this process loads TypeScript (in Node 20 neither `--import` nor NODE_OPTIONS
 * reaches the entry file), so the entry is a line of JavaScript that sets the hook up.
 */
const bootstrap = `
const { workerData } = require('node:worker_threads');
require(workerData.loader);
require(workerData.entry);
`;

/**
 * Converts records to Parquet in a thread of its own: parsing 200,000 rows takes seconds, in which this process must go on
 * answering. Jobs run one after the other. When the thread dies its jobs fail, and the next job starts a new one.
 */
export class ParquetConverter {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /** @throws Error when the conversion as a whole failed; rows that cannot be converted are part of the result */
  convert(job: ConversionJob): Promise<ConversionResult> {
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      const request: WorkerRequest = { id, job };
      worker.postMessage(request);
    });
  }

  /** Lets jobs finish that have begun, then ends the thread. */
  async close(): Promise<void> {
    const worker = this.worker;
    if (worker === undefined) {
      return;
    }
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const request: WorkerRequest = 'close';
    worker.postMessage(request);
    await ended;
  }

  private start(): Worker {
    const loader = createRequire(__filename).resolve('tsx/cjs');
    const worker = new Worker(bootstrap, {
      eval: true,
      workerData: { loader, entry: path.join(__dirname, 'convert-worker.ts') },
      execArgv: [],
    });
    worker.on('message', (reply: WorkerReply) => {
      const waiting = this.pending.get(reply.id);
      this.pending.delete(reply.id);
      if ('error' in reply) {
        waiting?.reject(new Error(`conversion to Parquet failed: ${reply.error}`));
      } else {
        waiting?.resolve(reply.result);
      }
    });
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    worker.on('exit', (code) => {
      if (this.worker === worker) {
        this.worker = undefined;
      }
      for (const { reject } of this.pending.values()) {
        reject(new Error(`the conversion thread ended with code ${code}`, { cause }));
      }
      this.pending.clear();
    });
    return worker;
  }
}
