/** What every suite is given. */
export interface SuiteContext {
  /** Rounds; each runs every subject once, in turn, so that noise hits all alike. */
  readonly runs: number;
  /** Records per run, in place of the suite's own number. */
  readonly records: number | undefined;
  /** For bundles; removed at the end. */
  readonly directory: string;
  /** Keeps the figures, when that was asked for. @param name - of the file in bench/results/ */
  readonly keep: (name: string, figures: object) => void;
  /** Progress, a line at a time. */
  readonly say: (line: string) => void;
}

/** One comparison. */
export interface Suite {
  readonly name: string;
  readonly about: string;
  run(context: SuiteContext): Promise<void>;
}
