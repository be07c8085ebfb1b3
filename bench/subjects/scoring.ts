import { readFileSync } from 'node:fs';
import { parseModel } from '../../core/model/parse-model';
import { predict } from '../../core/model/predict';
import { columnsOf, type ScoringCase } from '../shared/scoring-case';
import type { ScoringMeasurement } from '../suites/scoring';

const made = JSON.parse(process.argv[2] ?? '') as ScoringCase;
const bytes = readFileSync(made.model);
const parsing = process.cpuUsage();
const model = parseModel(bytes);
const parsed = process.cpuUsage(parsing);
const columns = columnsOf(made);
predict(model, columns, made.rows);
const cpu = process.cpuUsage();
predict(model, columns, made.rows);
const { system, user } = process.cpuUsage(cpu);
const measurement: ScoringMeasurement = {
  parseMs: (parsed.user + parsed.system) / 1000,
  nsPerRowAndTree: ((user + system) * 1000) / made.rows / made.trees,
};
process.stdout.write(`${JSON.stringify(measurement)}\n`);
