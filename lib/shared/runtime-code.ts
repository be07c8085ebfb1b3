import { bundleForNode } from './node-bundle';

/** The folders with the code that the infrastructure runs, ready to be an asset each. */
export interface RuntimeCode {
  /** Docker context of the consumer: `Dockerfile` and `main.js`. */
  readonly consumer: string;
  /** `index.js` with `handler`. */
  readonly planTraining: string;
  /** `index.js` with `handler`. */
  readonly startTraining: string;
  /** `index.js` with `handler`. */
  readonly recordModel: string;
  /** `index.js` with `handler`. */
  readonly csvToRows: string;
}

/** Bundles this project's own programs. @throws Error when a source does not build */
export function bundleRuntimeCode(): Promise<RuntimeCode> {
  return bundleForNode({
    consumer: {
      entry: 'consumer/main.ts',
      fileName: 'main',
      beside: [{ path: 'consumer/Dockerfile', name: 'Dockerfile' }],
    },
    planTraining: { entry: 'lambda/plan-training/handler.ts', fileName: 'index' },
    startTraining: { entry: 'lambda/start-training/handler.ts', fileName: 'index' },
    recordModel: { entry: 'lambda/record-model/handler.ts', fileName: 'index' },
    csvToRows: { entry: 'lambda/csv-to-rows/handler.ts', fileName: 'index' },
  });
}
