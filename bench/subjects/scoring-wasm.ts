import { parseHyperparameters } from '../../local/aws/sagemaker/xgboost/hyperparameters';
import { WasmBooster } from '../../local/aws/sagemaker/xgboost/wasm-booster';
import { columnsOf, madeUp, type ScoringCase } from '../shared/scoring-case';
import type { ScoringMeasurement } from '../suites/scoring';

/** The build predicts one row a call, and slowly. */
const scoredRows = 2000;

/** Trains a model like the case's, for the build is not told to read one, and predicts by it. */
async function main(): Promise<void> {
  const made = JSON.parse(process.argv[2] ?? '') as ScoringCase;
  const { booster: parameters, rounds } = parseHyperparameters(made.hyperparameters);
  const booster = await WasmBooster.create(madeUp(10_000, made.columns, 1, made.hyperparameters), parameters);
  for (let round = 0; round < rounds; round += 1) {
    booster.update();
  }
  const columns = columnsOf(made);
  const rows = Array.from({ length: scoredRows }, (_, row) => Float32Array.from(columns, (column) => column[row] ?? Number.NaN));
  rows.forEach((row) => booster.predict(row));
  const cpu = process.cpuUsage();
  rows.forEach((row) => booster.predict(row));
  const { system, user } = process.cpuUsage(cpu);
  const measurement: ScoringMeasurement = { nsPerRowAndTree: ((user + system) * 1000) / scoredRows / made.trees };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

void main();
