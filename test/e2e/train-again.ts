import type { JobFaultPlan } from '../../local/aws/sagemaker/job-faults';
import { Cleanup } from '../../local/run/cleanup';
import { openRun } from '../../local/run/open-run';
import { readRunFacts } from '../../local/run/run-facts';
import { StageError } from '../../local/run/stage-error';
import { train } from '../../local/run/stages/train';
import type { TrainingOutcome } from '../../local/training/outcome';
import type { TrainingRequest } from '../../local/training/request';

/** What a further training run over an earlier run's folder gave. */
export interface Trained {
  /** @default - it failed */
  readonly outcome?: TrainingOutcome;
  /** @default - it did not fail */
  readonly failure?: string;
  /** Subject and text of what the notification topic was told. */
  readonly messages: readonly string[];
}

/** Trains on another window of an earlier run's data, in this process, so that something can befall the job. */
export async function trainAgain(
  directory: string,
  window: TrainingRequest['window'],
  jobFaults: JobFaultPlan,
): Promise<Trained> {
  const cleanup = new Cleanup();
  const messages: string[] = [];
  try {
    const { aws, out, roles } = await openRun(directory, cleanup, {
      jobFaults,
      onMessage: ({ message, subject = '' }) => void messages.push(`${subject}\n${message}`),
    });
    const request = { ...(window !== undefined && { window }), revision: false, force: false, requestedBy: 'test' };
    const signal = new AbortController().signal;
    const { endTime } = readRunFacts(out);
    return { outcome: await train({ roles, aws, out, endTime, request, signal, now: Date.now }), messages };
  } catch (error: unknown) {
    if (error instanceof StageError) {
      return { failure: error.message, messages };
    }
    throw error;
  } finally {
    expect(await cleanup.run()).toEqual([]);
  }
}
