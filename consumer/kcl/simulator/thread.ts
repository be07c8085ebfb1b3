import { parentPort } from 'node:worker_threads';
import type { RunOptions } from './scenario';
import { simulate, type RunResult } from './simulation';

/** Some runs for a thread to do. */
export interface Batch {
  readonly options: Omit<RunOptions, 'seed'>;
  readonly seeds: readonly number[];
}

/** Plays what the parent thread sends, until it is ended. */
export function serve(): void {
  parentPort?.on('message', (batch: Batch) => {
    void play(batch).then(
      (results) => parentPort?.postMessage(results),
      // An error of the simulator itself ends the thread, and thereby the program.
      (error: unknown) => setImmediate(() => rethrow(error)),
    );
  });
}

async function play({ options, seeds }: Batch): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const seed of seeds) {
    const result = await simulate({ ...options, seed });
    results.push(result);
    if (result.violation !== undefined) {
      break;
    }
  }
  return results;
}

function rethrow(error: unknown): never {
  throw error;
}
