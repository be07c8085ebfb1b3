import { count } from '../run/numbers';
import { rowLine, textLine } from '../run/table-lines';
import type { ScoringOutcome } from './outcome';
import type { ScoringReport } from './scoring-report';

/** What was scored, as a person reads it; `path` shortens a path. */
export function scoringLines(report: ScoringReport, path: (target: string) => string): readonly string[] {
  if (report.end === 'nothing-to-score') {
    return outcomeLines(report);
  }
  const { devices, predictions, worstDevices } = report;
  return [
    ...outcomeLines(report),
    rowLine('devices', count(devices)),
    textLine('predictions', path(predictions)),
    ...worstDevices.map(({ deviceId, eventTime, prediction }, index) =>
      rowLine(index === 0 ? 'devices to look at' : '', prediction.toPrecision(4), `${deviceId}, ${eventTime}`),
    ),
  ];
}

/** What is known of a run without a look at its predictions. */
export function outcomeLines(outcome: ScoringOutcome): readonly string[] {
  if (outcome.end === 'nothing-to-score') {
    return ['Scoring', textLine('nothing to score', outcome.reason)];
  }
  const { cutoff, from, model, modelVersion, rows } = outcome.batch;
  return [
    'Scoring',
    rowLine('rows scored', count(rows), `that arrived from ${from} to ${cutoff}`),
    rowLine('model', `version ${modelVersion}`, model),
  ];
}
