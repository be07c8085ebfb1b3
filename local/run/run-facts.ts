import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { OutDirectory } from '../cli/out-directory';
import { UsageError } from '../cli/usage-error';

/** What a later command has to know of a run, beside what its template and its services keep. */
export interface RunFacts {
  readonly domain: string;
  readonly stage: string;
  /** The event time up to which there is data, in milliseconds since the epoch. */
  readonly endTime: number;
}

const document = z.object({ version: z.literal(1), domain: z.string(), stage: z.string(), endTime: z.number() });

/** Writes them down as soon as they are known: before the first record is sent. */
export function writeRunFacts(out: OutDirectory, facts: RunFacts): void {
  writeFileSync(out.facts, `${JSON.stringify({ version: 1, ...facts } satisfies z.infer<typeof document>, null, 2)}\n`);
}

/** @throws UsageError when the run has ended before it knew them */
export function readRunFacts(out: OutDirectory): RunFacts {
  try {
    const { domain, endTime, stage } = document.parse(JSON.parse(readFileSync(out.facts, 'utf8')));
    return { domain, endTime, stage };
  } catch (error: unknown) {
    throw new UsageError(`--out ${out.root}: the run of this folder has ended before it sent anything; start another`, {
      cause: error,
    });
  }
}
