import * as path from 'node:path';
import type { ExpectedOutcome } from '../../core/domain';
import { Child } from './child';
import { projectRoot } from './project-root';
import { StageError } from './stage-error';

/** What the fleet's process is told, as JSON in its only argument. */
export interface DeviceFleetSettings {
  readonly domain: string;
  readonly streamName: string;
  readonly devices: number;
  readonly records: number;
  readonly rate: number | undefined;
  readonly seed: number;
  readonly endTime: number;
  readonly replay: readonly string[];
}

interface Result {
  readonly sent: number;
  readonly expected: Readonly<Partial<Record<ExpectedOutcome, number>>> | null;
}

/** The devices, as a process of their own that puts records on the stream. */
export class DeviceFleet {
  readonly failed: Promise<never>;
  private readonly child: Child;
  private sent = 0;
  private throttled = 0;
  private done: Result | undefined;
  private message: string | undefined;

  constructor(settings: DeviceFleetSettings, environment: Readonly<Record<string, string>>, logs: string) {
    const logFile = path.join(logs, 'devices.log');
    this.child = new Child({
      args: ['--import', 'tsx', path.join('local', 'fleet', 'main.ts'), JSON.stringify(settings)],
      cwd: projectRoot,
      environment,
      logFile,
      onLine: (line) => this.read(line),
    });
    this.failed = this.child.exited.then((exit) => {
      if (this.done !== undefined) {
        return new Promise<never>(() => undefined);
      }
      const how = exit.code === null ? `signal ${exit.signal ?? '?'}` : `exit code ${exit.code}`;
      throw this.message === undefined
        ? new StageError(`the device fleet ended with ${how}; see ${logFile}`, this.child.tail())
        : new StageError(`the device fleet ended with ${how}: ${this.message}`);
    });
    this.failed.catch(() => undefined);
  }

  progress(): { readonly sent: number; readonly throttled: number } {
    return { sent: this.sent, throttled: this.throttled };
  }

  /** What was sent, when all of it was. */
  result(): Result | undefined {
    return this.done;
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  private read(line: string): void {
    if (!line.startsWith('{')) {
      return;
    }
    const entry = JSON.parse(line) as FleetLine;
    switch (entry.type) {
      case 'progress':
        this.sent = entry.sent;
        this.throttled = entry.throttled;
        return;
      case 'done':
        this.sent = entry.sent;
        this.done = { sent: entry.sent, expected: entry.expected };
        return;
      case 'error':
        this.message = entry.message;
    }
  }
}

/** The lines that the fleet's process prints. */
type FleetLine =
  | { readonly type: 'progress'; readonly sent: number; readonly throttled: number }
  | { readonly type: 'done'; readonly sent: number; readonly expected: Result['expected'] }
  | { readonly type: 'error'; readonly message: string };
