import * as path from 'node:path';
import type { Domain } from '../../core/domain';
import type { RunOptions } from '../cli/options';
import { compare, readTruths, type BenchmarkReport } from '../scoring/benchmark';
import { latestPredictions } from '../scoring/predictions';
import { scoringReport, type ScoringReport } from '../scoring/scoring-report';
import { count } from './numbers';
import { passThrough, type PassProps, type PassResult } from './pass-through';
import type { StageLine } from './progress';
import { score } from './stages/score';

export interface ScoreNowProps extends Pick<PassProps, 'aws' | 'now' | 'out' | 'roles' | 'signal'> {
  readonly domain: Domain;
  readonly line: StageLine;
}

/** Scores what has arrived since the last time. @returns what came of it, and the text that the stage's line ends with */
export async function scoreNow(props: ScoreNowProps): Promise<readonly [ScoringReport, string]> {
  const { domain, out, roles } = props;
  const report = await scoringReport(await score(props), domain.trainingSet, path.join(out.s3, roles.predictionsFolder));
  const byHand = roles.scoring.schedule.enabled ? '' : '; its schedule is off: started as by hand';
  return report.end === 'nothing-to-score'
    ? [report, `${report.reason}${byHand}`]
    : [report, `${count(report.batch.rows)} rows by version ${report.batch.modelVersion} of the model${byHand}`];
}

export interface HeldAgainstProps extends Omit<PassProps, 'killWorker' | 'suffix'> {
  readonly domain: Domain;
  readonly options: Pick<RunOptions, 'score' | 'truth' | 'atMost'>;
}

/** What became of the devices that the model has not seen. */
export interface HeldAgainst {
  readonly pass: PassResult;
  readonly scoring: ScoringReport;
  /** @default - nobody said what became of the devices */
  readonly benchmark?: BenchmarkReport;
}

/** Stands behind the names of stages that come a second time. */
const again = ' 2';

/** Sends files by devices that the model was not trained on through the same pipeline, scores them, and compares with what became of them. */
export async function heldAgainst(props: HeldAgainstProps): Promise<HeldAgainst> {
  const { domain, options, out, roles, settings, stages } = props;
  const replayed = { ...settings, replay: options.score };
  const pass = await passThrough({ ...props, settings: replayed, killWorker: false, suffix: again });
  const scoring = await stages.run(`score${again}`, async (line) => scoreNow({ ...props, line }));
  const { benchmark } = domain;
  if (options.truth === undefined || benchmark === undefined) {
    return { pass, scoring };
  }
  const truths = readTruths(benchmark, options.truth);
  const predictions =
    scoring.end === 'batch-scored' ? await latestPredictions(path.join(out.s3, roles.predictionsFolder), scoring.batch.id) : [];
  return { pass, scoring, benchmark: compare(benchmark, truths, predictions, options.atMost) };
}
