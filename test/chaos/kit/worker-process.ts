import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { readJournal, type Session } from './journal';

export interface WorkerProcessProps {
  /** The worker's id, and the name of its journal and log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where the journal and the log are written. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A worker of the fleet under test, in a process of its own that can be stopped, killed and paused. */
export class WorkerProcess {
  readonly name: string;
  readonly journal: string;
  readonly log: string;
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  private readonly process: ChildProcess;
  private over = false;

  constructor(props: WorkerProcessProps) {
    this.name = props.name;
    this.journal = path.join(props.directory, `${props.name}.journal`);
    this.log = path.join(props.directory, `${props.name}.log`);
    const log = openSync(this.log, 'a');
    this.process = spawn(props.command, props.args, {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        ...props.environment,
        WORKER_ID: props.name,
        JOURNAL: this.journal,
      },
      // The channel or the pipe tells the child when this process is gone, however it went.
      stdio: props.command === process.execPath ? ['ignore', log, log, 'ipc'] : ['pipe', log, log],
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.over = true;
        resolve(code);
      };
      this.process.once('error', () => end(null));
      this.process.once('exit', (code) => end(code));
    });
  }

  get running(): boolean {
    return !this.over;
  }

  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    if (this.running) {
      this.process.kill(signal);
    }
  }

  /** Ends the process: with SIGTERM, and when it takes too long with SIGKILL. */
  async stop(graceMs = 30_000): Promise<number | null> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  sessions(): readonly Session[] {
    return existsSync(this.journal) ? readJournal(this.journal) : [];
  }

  logText(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }
}
