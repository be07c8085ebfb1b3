import { Worker } from 'node:worker_threads';
import type { FaultKind } from './faults';
import type { RunOptions } from './scenario';
import type { RunResult } from './simulation';
import type { Batch } from './thread';

export interface CampaignOptions {
  readonly run: Omit<RunOptions, 'seed'>;
  readonly firstSeed: number;
  readonly runs: number;
  /** Threads. */
  readonly jobs: number;
  /** Goes on after a violation. @default false */
  readonly keepGoing?: boolean;
  readonly onResult?: (result: RunResult, soFar: Totals) => void;
}

/** Sums over the runs of a campaign. */
export interface Totals {
  runs: number;
  violations: RunResult[];
  readonly faults: Map<FaultKind, number>;
  simulatedMs: number;
  records: number;
  duplicates: number;
  takes: number;
  handOffs: number;
  requests: number;
  /** Of the run that ended last. */
  lastHash: string;
}

const seedsPerBatch = 10;

/** Plays many seeds on several threads. @param code - see `bundleSimulator` */
export async function play(code: string, options: CampaignOptions): Promise<Totals> {
  const totals: Totals = {
    runs: 0,
    violations: [],
    faults: new Map(),
    simulatedMs: 0,
    records: 0,
    duplicates: 0,
    takes: 0,
    handOffs: 0,
    requests: 0,
    lastHash: '',
  };
  let next = options.firstSeed;
  const end = options.firstSeed + options.runs;
  const batch = (): Batch | undefined => {
    if (next >= end || (totals.violations.length > 0 && options.keepGoing !== true)) {
      return undefined;
    }
    const count = Math.min(seedsPerBatch, end - next);
    const seeds = Array.from({ length: count }, (_, i) => next + i);
    next += count;
    return { options: options.run, seeds };
  };
  const onResults = (results: readonly RunResult[], asked: Batch): Batch | undefined => {
    for (const result of results) {
      add(totals, result);
      options.onResult?.(result, totals);
    }
    const rest = { ...asked, seeds: asked.seeds.slice(results.length) };
    return rest.seeds.length > 0 && options.keepGoing === true ? rest : batch();
  };
  const jobs = Math.max(1, Math.min(options.jobs, Math.ceil(options.runs / seedsPerBatch)));
  await Promise.all(Array.from({ length: jobs }, () => work(code, batch, onResults)));
  totals.violations.sort((a, b) => a.seed - b.seed);
  return totals;
}

/** One thread, until there is nothing left to do. */
function work(
  code: string,
  first: () => Batch | undefined,
  onResults: (results: readonly RunResult[], asked: Batch) => Batch | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = first();
    if (asked === undefined) {
      resolve();
      return;
    }
    const thread = new Worker(`${code}\nmodule.exports.serve();`, { eval: true });
    thread.on('error', reject);
    thread.on('exit', () => resolve());
    thread.on('message', (results: readonly RunResult[]) => {
      asked = asked === undefined ? undefined : onResults(results, asked);
      if (asked === undefined) {
        void thread.terminate();
      } else {
        thread.postMessage(asked);
      }
    });
    thread.postMessage(asked);
  });
}

function add(totals: Totals, result: RunResult): void {
  totals.runs += 1;
  totals.simulatedMs += result.simulatedMs;
  totals.records += result.records;
  totals.duplicates += result.duplicates;
  totals.takes += result.takes;
  totals.handOffs += result.handOffs;
  totals.requests += result.requests;
  totals.lastHash = result.hash;
  for (const [kind, count] of result.faults) {
    totals.faults.set(kind, (totals.faults.get(kind) ?? 0) + count);
  }
  if (result.violation !== undefined) {
    totals.violations.push(result);
  }
}
