import { styleText } from 'node:util';

/** Where progress is shown. */
export interface ProgressOutput {
  write(text: string): void;
  /** Whether a line can be redrawn in place; otherwise few, plain lines are written. */
  readonly isTerminal: boolean;
  /** Width in characters. */
  readonly columns: number;
}

/** The line of one stage. */
export interface StageLine {
  /** Shows what the stage is doing; `fraction` from 0 to 1 draws a bar. */
  update(text: string, fraction?: number): void;
  /** Shows that time passes, where the line can be redrawn. */
  tick(): void;
  /** The stage has ended well. */
  done(text: string): void;
  /** The stage has failed. */
  fail(text: string): void;
}

/** How often a line is redrawn in a terminal, in milliseconds. */
const redrawMs = 100;
/** How often a stage tells how far it is when there is no terminal, in milliseconds. */
const plainMs = 5_000;
/** Width of the names of a run's stages. */
const usualNameWidth = 10;
const barWidth = 24;

/** Shows one line per stage: the one under way is redrawn in place, those that have ended stay. */
export class Progress {
  constructor(
    private readonly output: ProgressOutput,
    /** Milliseconds since any start. */
    private readonly now: () => number,
    /** Width of the longest name, in characters. */
    private readonly nameWidth = usualNameWidth,
  ) {}

  /** The same place with room for longer names. */
  withNames(nameWidth: number): Progress {
    return new Progress(this.output, this.now, nameWidth);
  }

  /** Begins the line of a stage. */
  stage(name: string): StageLine {
    const began = this.now();
    const everyMs = this.output.isTerminal ? redrawMs : plainMs;
    let shown = this.output.isTerminal ? began - everyMs : began;
    const seconds = (): string => `${((this.now() - began) / 1000).toFixed(1)} s`.padStart(8);
    const end = (mark: string, colour: 'green' | 'red', text: string): void => {
      const line = `${mark} ${name.padEnd(this.nameWidth)} ${seconds()}${text === '' ? '' : `  ${text}`}`;
      this.output.write(this.output.isTerminal ? `\r\x1b[2K${styleText(colour, mark)}${line.slice(mark.length)}\n` : `${line}\n`);
    };
    let latest = '';
    const show = (): void => {
      if (this.now() - shown < everyMs) {
        return;
      }
      shown = this.now();
      const line = `… ${name.padEnd(this.nameWidth)} ${seconds()}  ${latest}`;
      this.output.write(this.output.isTerminal ? `\r\x1b[2K${line.slice(0, this.output.columns - 1)}` : `${line}\n`);
    };
    return {
      update: (text, fraction) => {
        latest = this.output.isTerminal && fraction !== undefined ? `${drawBar(fraction)} ${text}` : text;
        show();
      },
      tick: () => {
        if (this.output.isTerminal) {
          show();
        }
      },
      done: (text) => end('✓', 'green', text),
      fail: (text) => end('✗', 'red', text),
    };
  }
}

function drawBar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}
