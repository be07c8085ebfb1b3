import { rowLine, textLine } from '../run/table-lines';
import { isMet, type BenchmarkReport } from './benchmark';

/** The comparison as a person reads it: ours among what others have published, the best first. */
export function benchmarkLines(report: BenchmarkReport): readonly string[] {
  const { atMost, bias, devices, doc, published, rmse } = report;
  const ours = { what: 'this run', rmse, source: `${devices} devices, ${bias >= 0 ? '+' : ''}${bias.toFixed(2)} in the mean` };
  const all = [...published, ours].sort((a, b) => a.rmse - b.rmse);
  return [
    'Benchmark',
    textLine('what', doc),
    ...all.map((each) => rowLine(each.what, each.rmse.toFixed(2), each.source)),
    ...(atMost === undefined ? [] : [rowLine('at most', atMost.toFixed(2), isMet(report) ? 'met' : 'MISSED')]),
  ];
}
