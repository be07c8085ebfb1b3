import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../lib/shared/node-bundle';
import { preparePython } from '../python/environment';

/** The XGBoost of SageMaker's container that jobs run in, and with it this command stands or falls. */
export const required = '3.2.0';
/** Older ones whose files are read as well. */
export const others = ['2.1.4', '1.7.6'] as const;

/** An XGBoost, and the program that makes it train and predict. */
export interface PythonXgboost {
  readonly version: string;
  /** Runs `models.py`. @throws Error with what it said when it fails */
  readonly run: (...args: readonly string[]) => void;
}

/**
 * An XGBoost of PyPI, installed the first time. Without what it would bring along to use graphics cards.
 * @throws NoPythonError
 */
export function prepareXgboost(directory: string, version: string): PythonXgboost {
  const programs = preparePython({
    directory: join(directory, `xgboost-${version}`),
    packages: [
      ['numpy', 'scipy'],
      ['--no-deps', `xgboost==${version}`],
    ],
  });
  return {
    version,
    run: (...args) => {
      // On one core: its threads wait for each other by spinning, which takes minutes where others work as well.
      const env = { ...process.env, OMP_NUM_THREADS: '1' };
      const { status, stderr } = spawnSync(join(programs, 'python'), [join(projectRoot, 'test/xgboost/models.py'), ...args], {
        encoding: 'utf8',
        env,
      });
      if (status !== 0) {
        throw new Error(`XGBoost ${version}, ${args.slice(0, 2).join(' ')}: ${stderr.slice(-2000)}`);
      }
    },
  };
}
