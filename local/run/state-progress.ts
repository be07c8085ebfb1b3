import type { Progress, StageLine } from './progress';

/** What happens to a state of an execution. */
export interface StateChange {
  readonly change: 'entered' | 'exited';
  readonly name: string;
  /** The state's type in the Amazon States Language: Task, Wait, Choice, … */
  readonly type: string;
}

/** So many lines back, a state that is entered again is part of a loop that waits: the line that is shown goes on. */
const loopLength = 3;
/** Types of states that have a line: those that do something or last, and the end. */
const shown: ReadonlySet<string> = new Set(['Task', 'Wait', 'Parallel', 'Map', 'Succeed', 'Fail']);
/** Whether a person is told of states of this type: others take no time, and decide or rename. */
export function isShown(type: string): boolean {
  return shown.has(type);
}

/** Types of states that others are in. */
const nesting: ReadonlySet<string> = new Set(['Parallel', 'Map']);

/** Shows an execution's states as they come: a line for each that does something, one for a loop however long it waits. */
export class StateProgress {
  private readonly recent: string[] = [];
  private readonly ticker: NodeJS.Timeout;
  private line: StageLine | undefined;
  private outer: string | undefined;

  constructor(private readonly progress: Progress) {
    this.ticker = setInterval(() => this.line?.tick(), 250);
  }

  on({ change, name, type }: StateChange): void {
    if (this.outer !== undefined) {
      // States in a branch, or of an item, are told of by the state that they are in.
      if (change === 'exited' && name === this.outer) {
        this.outer = undefined;
      }
      return;
    }
    if (change === 'exited' || !isShown(type)) {
      return;
    }
    if (nesting.has(type)) {
      this.outer = name;
    }
    if (!this.recent.includes(name)) {
      this.recent.push(name);
      this.recent.splice(0, this.recent.length - loopLength);
      this.line?.done('');
      this.line = this.progress.stage(name);
      this.line.update('');
    }
  }

  /** The execution is not followed any further. @param failure what the last line says. @default - the execution has ended well */
  end(failure?: string): void {
    clearInterval(this.ticker);
    if (failure === undefined) {
      this.line?.done('');
    } else {
      this.line?.fail(failure);
    }
    this.line = undefined;
  }
}
