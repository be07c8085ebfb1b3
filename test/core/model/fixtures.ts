import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, 'fixtures');

/** A model that XGBoost trained, rows, and what it predicts for them. */
export interface Fixture {
  readonly name: string;
  readonly columns: readonly Float64Array[];
  readonly predictions: readonly number[];
}

/** Made by `npm run test:xgboost -- --fixtures`. */
export const fixtures: readonly Fixture[] = readIndex();

export function fixtureBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, file)));
}

function readIndex(): readonly Fixture[] {
  const { models } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    readonly models: readonly { name: string; rows: readonly (readonly (number | null)[])[]; predictions: readonly number[] }[];
  };
  return models.map(({ name, predictions, rows }) => ({
    name,
    predictions,
    columns: (rows[0] ?? []).map((_, column) => Float64Array.from(rows, (row) => row[column] ?? Number.NaN)),
  }));
}
