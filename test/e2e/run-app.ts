import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '../../local/run/report';

const root = path.resolve(__dirname, '..', '..');

/** A command of the project as a user starts it, in a process of its own. */
export class CommandRun {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  readonly exitCode: Promise<number | null>;

  constructor(program: string, args: readonly string[]) {
    this.process = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exitCode = new Promise((resolve) => this.process.once('close', resolve));
  }

  /** Resolves as soon as standard error contains `text`. */
  async saysOnStderr(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.stderr.includes(text)) {
          resolve();
        }
      };
      this.process.stderr?.on('data', look);
      this.process.once('close', () => reject(new Error(`ended without saying ${text}:\n${this.stderr}`)));
      look();
    });
  }
}

/** One run of the app as a user starts it, in a folder of its own. */
export class AppRun extends CommandRun {
  readonly out: string;

  constructor(args: readonly string[]) {
    const out = path.join(mkdtempSync(path.join(tmpdir(), 'app-run-')), 'out');
    super('local/main.ts', ['--out', out, ...args]);
    this.out = out;
  }

  report(): Report {
    return JSON.parse(readFileSync(path.join(this.out, 'report.json'), 'utf8')) as Report;
  }

  get started(): boolean {
    return existsSync(this.out);
  }

  /** The processes on this machine that mention the run's folder or run from it. */
  async processesLeft(): Promise<readonly string[]> {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid,args']);
    return stdout.split('\n').filter((line) => line.includes(path.dirname(this.out)));
  }

  remove(): void {
    rmSync(path.dirname(this.out), { recursive: true, force: true });
  }
}
