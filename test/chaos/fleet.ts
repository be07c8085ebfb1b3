import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FleetAction } from './kit/gaps';
import type { Session } from './kit/journal';
import { WorkerProcess } from './kit/worker-process';

export interface ChaosFleetProps {
  /** The bundled worker process. */
  readonly consumer: string;
  /** Of journals and logs. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Loaded into each worker: it ends when this process is gone, even when that was killed. */
const endWithParent = pathToFileURL(path.join(__dirname, '../../local/run/end-with-parent.mjs')).href;

/** The worker processes of a chaos run, and what was done to them. */
export class ChaosFleet {
  /** In the order of time. */
  readonly actions: FleetAction[] = [];
  /** How long workers took to end after SIGTERM, in milliseconds. */
  readonly stopsMs: number[] = [];
  /** Ends that nobody asked for. */
  readonly crashes: string[] = [];
  private readonly workers: WorkerProcess[] = [];
  private readonly paused = new Set<WorkerProcess>();
  private readonly doomed = new Set<WorkerProcess>();
  private readonly stops: Promise<void>[] = [];

  constructor(private readonly props: ChaosFleetProps) {}

  start(): WorkerProcess {
    const worker = new WorkerProcess({
      name: `worker-${this.workers.length + 1}`,
      command: process.execPath,
      args: ['--import', endWithParent, this.props.consumer],
      directory: this.props.directory,
      environment: this.props.environment,
    });
    this.workers.push(worker);
    void worker.exited.then((code) => {
      if (!this.doomed.has(worker)) {
        this.crashes.push(`${worker.name} ended by itself with code ${String(code)}, see ${worker.log}`);
      }
    });
    return worker;
  }

  /** Those that work: they run, are not paused and have not been told to stop. */
  active(): readonly WorkerProcess[] {
    return this.workers.filter((worker) => worker.running && !this.paused.has(worker) && !this.doomed.has(worker));
  }

  kill(worker: WorkerProcess): void {
    this.note('kill', worker);
    this.doomed.add(worker);
    worker.signal('SIGKILL');
  }

  pause(worker: WorkerProcess): void {
    this.note('pause', worker);
    this.paused.add(worker);
    worker.signal('SIGSTOP');
  }

  resume(worker: WorkerProcess): void {
    this.paused.delete(worker);
    worker.signal('SIGCONT');
  }

  stop(worker: WorkerProcess): void {
    this.note('stop', worker);
    this.doomed.add(worker);
    const startMs = performance.now();
    this.stops.push(worker.stop().then(() => void this.stopsMs.push(performance.now() - startMs)));
  }

  /** Wakes who is paused. */
  resumeAll(): void {
    [...this.paused].forEach((worker) => this.resume(worker));
  }

  /** Stops all in good order. */
  async stopAll(): Promise<void> {
    this.resumeAll();
    this.active().forEach((worker) => this.stop(worker));
    await Promise.all(this.stops);
  }

  /** Ends all at once. */
  async killAll(): Promise<void> {
    for (const worker of this.workers) {
      this.doomed.add(worker);
      worker.signal('SIGKILL');
    }
    await Promise.all(this.workers.map(({ exited }) => exited));
  }

  sessions(): readonly Session[] {
    return this.workers.flatMap((worker) => worker.sessions());
  }

  /** What each worker has written to its log, so far. */
  logs(): readonly string[] {
    return this.workers.map((worker) => worker.logText());
  }

  get size(): number {
    return this.workers.length;
  }

  private note(kind: FleetAction['kind'], worker: WorkerProcess): void {
    this.actions.push({ timeMs: Date.now(), kind, worker: worker.name });
  }
}
