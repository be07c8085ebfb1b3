import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import * as path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { pathToFileURL } from 'node:url';

/** How a child process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildProps {
  /** What follows `node` on the command line. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the process prints, appended. */
  readonly logFile: string;
  /** Called with each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** Loaded into every child before its program. */
const endWithParent = pathToFileURL(path.join(__dirname, 'end-with-parent.mjs')).href;

/** The number of lines kept to show when the process fails. */
const tailLength = 12;

/** How long a process may take to end after SIGTERM before it is killed. */
const defaultGraceMs = 10_000;

/**
 * A child process whose output goes to a log file, line by line to a listener, and, for the last lines, into a tail. A Node.js
 * child also ends when this process is gone, even when that was killed: see `end-with-parent.mjs`.
 */
export class Child {
  /** Resolves when the process has ended and everything that it printed has been read. */
  readonly exited: Promise<Exit>;
  private readonly lines: string[] = [];
  private readonly process: ChildProcess;
  private ended: Exit | undefined;

  constructor(props: ChildProps) {
    const log = createWriteStream(props.logFile, { flags: 'a' });
    this.process = spawn(process.execPath, ['--import', endWithParent, ...props.args], {
      cwd: props.cwd,
      env: props.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const read = (stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void => {
      const decoder = new StringDecoder('utf8');
      let rest = '';
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        const pieces = (rest + decoder.write(chunk)).split('\n');
        rest = pieces.pop() ?? '';
        pieces.forEach(onLine);
      });
      stream?.on('end', () => {
        if (rest !== '') {
          onLine(rest);
        }
      });
    };
    read(this.process.stdout, (line) => {
      this.keep(line);
      props.onLine?.(line);
    });
    read(this.process.stderr, (line) => this.keep(line));
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit): void => {
        this.ended ??= exit;
        log.end();
        resolve(this.ended);
      };
      this.process.once('error', (error) => {
        this.keep(error.message);
        end({ code: null, signal: null });
      });
      this.process.once('close', (code, signal) => end({ code, signal }));
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get running(): boolean {
    return this.ended === undefined;
  }

  /** The last lines that the process printed. */
  tail(): readonly string[] {
    return this.lines;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) {
      this.process.kill(signal);
    }
  }

  /** Asks the process to end, and makes it end after the grace period. */
  async stop(graceMs = defaultGraceMs): Promise<Exit> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  private keep(line: string): void {
    if (line.trim() !== '') {
      this.lines.push(line);
      if (this.lines.length > tailLength) {
        this.lines.shift();
      }
    }
  }
}
