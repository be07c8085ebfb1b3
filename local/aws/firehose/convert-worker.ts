import { parentPort } from 'node:worker_threads';
import { convertToParquet, type ConversionJob, type ConversionResult } from './convert';

/** What the worker is sent: a job under a number, or that there will be no more. */
export type WorkerRequest = { readonly id: number; readonly job: ConversionJob } | 'close';

/** What the worker answers to a job. */
export type WorkerReply = { readonly id: number } & ({ readonly result: ConversionResult } | { readonly error: string });

const port = parentPort;
let last: Promise<void> = Promise.resolve();

// One conversion after the other: memory is that of one.
port?.on('message', (request: WorkerRequest) => {
  last = last.then(async () => {
    if (request === 'close') {
      port.close();
      return;
    }
    const { id, job } = request;
    const reply: WorkerReply = await convertToParquet(job).then(
      (result) => ({ id, result }),
      (error: unknown) => ({ id, error: String(error) }),
    );
    port.postMessage(reply);
  });
});
