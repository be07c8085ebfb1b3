import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as tar from 'tar';
import { factory } from '../../domains/factory/domain';
import { makeScoringCase } from './scoring-case';

/** What Trino puts into a row group: 128 MB of values. */
const rowsPerGroup = 350_000;

/** Writes what a model of the factory is judged on, and two models of so many trees, below a folder that stands for the lake. */
export async function writeJudgingLake(directory: string, rows: number, trees: number): Promise<void> {
  await writeRows(directory, rows);
  writeFileSync(path.join(directory, 'sets/data-card.json'), JSON.stringify({ label: { range: { mean: 0.02 } } }));
  const { trainingSet } = factory;
  const hyperparameters = { ...trainingSet.hyperparameters, num_round: String(trees) };
  const { model } = await makeScoringCase(directory, { ...trainingSet, hyperparameters }, 1);
  for (const job of ['candidate', 'current']) {
    const folder = path.join(directory, 'models', job);
    mkdirSync(folder, { recursive: true });
    copyFileSync(model, path.join(folder, 'xgboost-model'));
    await tar.create({ gzip: true, file: path.join(folder, 'model.tar.gz'), cwd: folder }, ['xgboost-model']);
  }
}

async function writeRows(directory: string, rows: number): Promise<void> {
  const { features, label } = factory.trainingSet;
  const folder = path.join(directory, 'sets/examples/split=test_devices');
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run('SELECT setseed(0.5)');
    await connection.run(
      `COPY (SELECT CAST(random() < 0.02 AS double) AS ${label}, ${features.map((name) => `random() AS ${name}`).join(', ')}
       FROM range(${rows})) TO '${path.join(folder, '1.parquet')}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${rowsPerGroup})`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
