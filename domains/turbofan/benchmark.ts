import * as path from 'node:path';
import type { Benchmark } from '../../core/domain';
import { testEngine } from './reader';
import { longestLife } from './training-set';

/**
 * NASA's test files end some time before their engines fail, and a file beside each, RUL_FD001.txt, says how many cycles remained: a line
 * per engine. Publications on the data set give the root mean squared error at the last cycle of each engine, most of them with lives
 * longer than 125 cycles counted as 125, on both sides.
 */
export const benchmark: Benchmark = {
  doc: `Remaining life at the last cycle of each test engine: root mean squared error in cycles, lives capped at ${longestLife}.`,
  format: 'NASA C-MAPSS: RUL_FD001.txt and its like; line n holds the cycles that engine n of test_FD001.txt had left',
  cap: longestLife,
  truths: (file, text) => {
    const [, set] = /^RUL_(.+?)(?:\.txt)?(?:\.gz)?$/i.exec(path.basename(file)) ?? [];
    if (set === undefined) {
      throw new TypeError('the name of a file of remaining lives is RUL_<set>.txt');
    }
    const lines = text.split('\n').map((line) => line.trim());
    const lives = lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
    return new Map(
      lives.map((line, index) => {
        if (!/^\d{1,6}$/.test(line)) {
          throw new TypeError(`line ${index + 1} is ${JSON.stringify(line)}, and no number of cycles`);
        }
        return [testEngine(set, index + 1), Number(line)] as const;
      }),
    );
  },
  published: [
    { what: 'LSTM', rmse: 14.93, source: 'published' },
    { what: 'CNN', rmse: 16.97, source: 'published' },
    {
      what: 'XGBoost, raw sensors',
      rmse: 17.2,
      source: 'measured by this project: a row per cycle, and nothing of the cycles before',
    },
  ],
};
