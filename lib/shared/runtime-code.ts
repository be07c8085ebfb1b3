import { bundleForNode } from './node-bundle';

/** The folders with the code that the infrastructure runs, ready to be an asset each. */
export interface RuntimeCode {
  /** Docker context of the consumer: `Dockerfile` and `main.js`. */
  readonly consumer: string;
  /** `index.js` with `handler`. */
  readonly checkWindow: string;
  /** `index.js` with `handler`. */
  readonly planTraining: string;
  /** `index.js` with `handler`. */
  readonly inspectTrainingSet: string;
  /** `index.js` with `handler`. */
  readonly startTuning: string;
  /** `index.js` with `handler`. */
  readonly startTraining: string;
  /** `index.js` with `handler`. */
  readonly recordModel: string;
  /** `index.js` with `handler`. */
  readonly judgeModel: string;
  /** `index.js` with `handler`. */
  readonly registerModel: string;
  /** `index.js` with `handler`. */
  readonly planScoring: string;
  /** `index.js` with `handler`. */
  readonly listRows: string;
  /** `index.js` with `handler`. */
  readonly scoreRows: string;
  /** `index.js` with `handler`. */
  readonly finishScoring: string;
  /** `index.js` with `handler`. */
  readonly deployModel: string;
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
    checkWindow: { entry: 'lambda/check-window/handler.ts', fileName: 'index' },
    planTraining: { entry: 'lambda/plan-training/handler.ts', fileName: 'index' },
    inspectTrainingSet: { entry: 'lambda/inspect-training-set/handler.ts', fileName: 'index' },
    startTuning: { entry: 'lambda/start-tuning/handler.ts', fileName: 'index' },
    startTraining: { entry: 'lambda/start-training/handler.ts', fileName: 'index' },
    recordModel: { entry: 'lambda/record-model/handler.ts', fileName: 'index' },
    judgeModel: { entry: 'lambda/judge-model/handler.ts', fileName: 'index' },
    registerModel: { entry: 'lambda/register-model/handler.ts', fileName: 'index' },
    planScoring: { entry: 'lambda/plan-scoring/handler.ts', fileName: 'index' },
    listRows: { entry: 'lambda/list-rows/handler.ts', fileName: 'index' },
    scoreRows: { entry: 'lambda/score-rows/handler.ts', fileName: 'index' },
    finishScoring: { entry: 'lambda/finish-scoring/handler.ts', fileName: 'index' },
    deployModel: { entry: 'lambda/deploy-model/handler.ts', fileName: 'index' },
    csvToRows: { entry: 'lambda/csv-to-rows/handler.ts', fileName: 'index' },
  });
}
