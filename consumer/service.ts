import type { Clock } from './kcl';
import type { Logger } from './logger';
import { whatToDo } from './advice';

/** The part of a worker that a service needs. */
export interface StoppableWorker {
  readonly workerId: string;
  /** Resolves after a stop; rejects when the worker cannot go on. */
  run(): Promise<void>;
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** What tells the service to stop: `process`. */
export interface SignalSource {
  on(signal: 'SIGTERM' | 'SIGINT', listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: 'SIGTERM' | 'SIGINT', listener: (signal: NodeJS.Signals) => void): unknown;
}

export interface ServiceOptions {
  readonly worker: StoppableWorker;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signals: SignalSource;
  /** Longest that draining may take, in milliseconds. */
  readonly graceMs: number;
  /** Ends the process at once. */
  readonly exitNow: (code: number) => void;
  /** Further fields of the first and the last log line. */
  readonly startedFields: () => Readonly<Record<string, unknown>>;
  readonly stoppedFields: () => Readonly<Record<string, unknown>>;
}

/** Time beyond the grace in which a worker must have given up, in milliseconds. */
const overdueMs = 2_000;

/**
 * Runs a worker as a process: SIGTERM and SIGINT drain, checkpoint and release within the grace; a second signal exits at once.
 * What cannot be mended by going on is logged as `fatal` with what to do about it.
 */
export class Service {
  private stopping: Promise<void> | undefined;
  private wasSignalled = false;
  private failed = false;
  private readonly finished = new AbortController();

  constructor(private readonly options: ServiceOptions) {}

  /** Resolves with the process's exit code: 0 after a clean stop, 1 when something was fatal. */
  async run(): Promise<number> {
    const { worker, logger, signals } = this.options;
    const onSignal = (signal: NodeJS.Signals): void => this.signalled(signal);
    signals.on('SIGTERM', onSignal);
    signals.on('SIGINT', onSignal);
    logger.info('started', { workerId: worker.workerId, ...this.options.startedFields() });
    try {
      await worker.run();
      await this.stopping;
    } catch (error: unknown) {
      this.logFatal(error);
    } finally {
      this.finished.abort();
      signals.off('SIGTERM', onSignal);
      signals.off('SIGINT', onSignal);
    }
    const exitCode = this.failed ? 1 : 0;
    logger.audit('stopped', { workerId: worker.workerId, exitCode, ...this.options.stoppedFields() });
    return exitCode;
  }

  /** Something is broken that going on does not mend: says so, drains what still can be drained, and ends with exit code 1. */
  fatal(error: unknown): void {
    if (!this.failed) {
      this.logFatal(error);
      this.stop();
    }
  }

  private signalled(signal: NodeJS.Signals): void {
    const { logger, graceMs, exitNow } = this.options;
    if (this.wasSignalled) {
      logger.warn('stopped-at-once', { signal, why: 'a second signal; leases run out by themselves' });
      exitNow(1);
      return;
    }
    this.wasSignalled = true;
    logger.info('stopping', { signal, graceMs });
    this.stop();
  }

  private stop(): void {
    if (this.stopping !== undefined) {
      return;
    }
    const { worker, graceMs, clock, exitNow } = this.options;
    this.stopping = worker.stop({ graceMs }).catch((error: unknown) => this.logFatal(error));
    void clock.sleep(graceMs + overdueMs, this.finished.signal).then(() => {
      if (!this.finished.signal.aborted) {
        this.logFatal(new Error(`the worker did not stop within ${graceMs} ms`));
        exitNow(1);
      }
    });
  }

  private logFatal(error: unknown): void {
    this.failed = true;
    this.options.logger.error('fatal', { error, whatToDo: whatToDo(error) });
  }
}
