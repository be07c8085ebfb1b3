import { startBenchServer, type BenchServerProps } from './bench-server';
import { bundle, measure } from './run-subject';
import { median } from './statistics';
import type { Assignment, Measurement } from './subject';
import type { SuiteContext } from './suite';

/** A program that reads the whole stream once. */
export interface Subject {
  readonly name: string;
  /** Runs it once. */
  readonly measure: (assignment: Assignment) => Promise<Measurement>;
}

/** The median figures of one subject. */
export interface Result {
  readonly subject: string;
  /** Processor seconds per million records. */
  readonly cpuSecondsPerMillion: number;
  /** The same, against the first subject's. */
  readonly ratio: number;
  readonly recordsPerSecond: number;
  readonly peakRssMiB: number;
  /** Processor seconds per million records, of each run. */
  readonly runs: readonly number[];
}

/** Subjects of ours lie beside each other. */
export async function ownSubject(name: string, entry: string, { directory }: SuiteContext): Promise<Subject> {
  const program = await bundle(entry, directory);
  return { name, measure: (assignment) => measure(program, assignment) };
}

/** Runs all subjects on the same records, in turn, round by round. @param subjects - the first is the limit or peer to compare with */
export async function compare(
  context: SuiteContext,
  props: BenchServerProps,
  subjects: readonly Subject[],
): Promise<readonly Result[]> {
  context.say(`filling ${props.shards} shards with ${props.records} records`);
  const server = await startBenchServer(props);
  const measured = new Map<string, Measurement[]>(subjects.map(({ name }) => [name, []]));
  try {
    for (let round = 1; round <= context.runs; round += 1) {
      for (const subject of subjects) {
        const { dynamodb, firehose, kinesis } = server;
        const run = `${subject.name.replace(/[^a-z0-9]+/gi, '-')}-${round}`;
        const figures = await subject.measure({ kinesis, dynamodb, firehose, stream: 'bench', records: props.records, run });
        measured.get(subject.name)?.push(figures);
        context.say(`round ${round}: ${subject.name} ${perMillion(figures).toFixed(2)} CPU s per million`);
      }
    }
  } finally {
    await server.stop();
  }
  const limit = median((measured.get(subjects[0]?.name ?? '') ?? []).map(perMillion));
  return subjects.map(({ name }) => {
    const all = measured.get(name) ?? [];
    const cpuSecondsPerMillion = median(all.map(perMillion));
    return {
      subject: name,
      cpuSecondsPerMillion: round(cpuSecondsPerMillion, 3),
      ratio: round(cpuSecondsPerMillion / limit, 3),
      recordsPerSecond: Math.round(median(all.map(({ records, seconds }) => records / seconds))),
      peakRssMiB: Math.round(median(all.map(({ peakRssBytes }) => peakRssBytes / 2 ** 20))),
      runs: all.map((one) => round(perMillion(one), 3)),
    };
  });
}

/** The results as a table for people. */
export function table(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ subject }) => subject.length));
  const rows = results.map(
    ({ cpuSecondsPerMillion, peakRssMiB, ratio, recordsPerSecond, subject }) =>
      `  ${subject.padEnd(width)}  ${cpuSecondsPerMillion.toFixed(2).padStart(9)}  ${ratio.toFixed(2).padStart(6)}  ` +
      `${recordsPerSecond.toLocaleString('en').padStart(9)}  ${String(peakRssMiB).padStart(8)}`,
  );
  return [`  ${''.padEnd(width)}  CPU s/mill.   ratio  records/s  peak MiB`, ...rows].join('\n');
}

function perMillion({ cpuSeconds, records }: Measurement): number {
  return (cpuSeconds / records) * 1e6;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
