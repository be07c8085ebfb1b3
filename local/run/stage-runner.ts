import type { Progress, StageLine } from './progress';

/** What a stage does: returns its result, and the text that its line ends with. */
export type StageWork<Result> = (line: StageLine) => Promise<readonly [result: Result, text: string]>;

/** Runs stages one after the other: shows each one's line, takes its time, and gives its name to what fails in it. */
export class StageRunner {
  /** Wall-clock seconds of each stage that has ended, in the order in which they ran. */
  readonly seconds: Record<string, number> = {};

  constructor(
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
    private readonly now: () => number,
  ) {}

  /**
   * @throws StageFailure around whatever the work throws
   * @throws the signal's reason when it is aborted; the work is not waited for
   */
  async run<Result>(name: string, work: StageWork<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    const line = this.progress.stage(name);
    const began = this.now();
    const interrupted = untilAborted(this.signal);
    const ticker = setInterval(() => line.tick(), 250);
    try {
      const [result, text] = await Promise.race([work(line), interrupted.promise]);
      line.done(text);
      return result;
    } catch (error: unknown) {
      line.fail(this.signal.aborted ? 'interrupted' : 'failed');
      throw this.signal.aborted ? error : new StageFailure(name, error);
    } finally {
      clearInterval(ticker);
      interrupted.forget();
      this.seconds[name] = (this.now() - began) / 1000;
    }
  }
}

/** A stage failed; `cause` says why. */
export class StageFailure extends Error {
  override readonly name = 'StageFailure';

  constructor(
    readonly stage: string,
    cause: unknown,
  ) {
    super(`stage ${stage} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Rejects when the signal is aborted; `forget` takes the listener off again, so that many stages leave none behind. */
function untilAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    forget = () => signal.removeEventListener('abort', onAbort);
  });
  promise.catch(() => undefined);
  return { promise, forget };
}
