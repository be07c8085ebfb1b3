import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeCode } from '../../lib/shared/runtime-code';

/** The file that each program consists of. */
const files: Readonly<Record<keyof RuntimeCode, string>> = {
  consumer: 'main.js',
  checkWindow: 'index.js',
  planTraining: 'index.js',
  inspectTrainingSet: 'index.js',
  startTuning: 'index.js',
  startTraining: 'index.js',
  recordModel: 'index.js',
  judgeModel: 'index.js',
  registerModel: 'index.js',
  planScoring: 'index.js',
  listRows: 'index.js',
  scoreRows: 'index.js',
  finishScoring: 'index.js',
  deployModel: 'index.js',
  csvToRows: 'index.js',
};

/** Code that does nothing, in a folder: what the stacks run has its own tests, and bundling it takes longer than building them. */
export function fixtureCode(directory: string): RuntimeCode {
  const folder = (name: keyof RuntimeCode): string => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, files[name]), `// ${name}\n`);
    return path;
  };
  writeFileSync(join(folder('consumer'), 'Dockerfile'), 'FROM scratch\n');
  return {
    consumer: folder('consumer'),
    checkWindow: folder('checkWindow'),
    planTraining: folder('planTraining'),
    inspectTrainingSet: folder('inspectTrainingSet'),
    startTuning: folder('startTuning'),
    startTraining: folder('startTraining'),
    recordModel: folder('recordModel'),
    judgeModel: folder('judgeModel'),
    registerModel: folder('registerModel'),
    planScoring: folder('planScoring'),
    listRows: folder('listRows'),
    scoreRows: folder('scoreRows'),
    finishScoring: folder('finishScoring'),
    deployModel: folder('deployModel'),
    csvToRows: folder('csvToRows'),
  };
}
