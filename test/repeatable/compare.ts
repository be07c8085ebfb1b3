/** What came of a run, as far as it must not depend on how it went. */
export interface Made {
  /** By split, how many rows the training set has. */
  readonly rows: Readonly<Record<string, number>>;
  /** Hash of the rows of the training set, whatever their order and files: that of the data card. */
  readonly contentHash: string;
  /** SHA-256 of the bytes of the training set's files, by split and in the order of their names; hexadecimal. */
  readonly filesHash: string;
  /** SHA-256 of the model file in the archive that the training job left; hexadecimal. */
  readonly modelHash: string;
}

/** A run, and what was different about it. */
export interface Run {
  readonly name: string;
  /** Rows that were delivered again, because a worker took over from one that had not made its checkpoint. */
  readonly redelivered: number;
  readonly seconds: number;
  readonly made: Made;
}

/** Where runs differ from the first, for a person; empty when what they made is the same. @throws RangeError without a second run */
export function differences([first, ...others]: readonly Run[]): readonly string[] {
  if (first === undefined || others.length === 0) {
    throw new RangeError('two runs at least are needed to compare them');
  }
  const expected = aspects(first.made);
  return others.flatMap(({ made, name }) => {
    const found = aspects(made);
    return Object.keys(expected)
      .filter((aspect) => found[aspect] !== expected[aspect])
      .map((aspect) => `${aspect} of '${name}' is ${found[aspect]}, of '${first.name}' ${expected[aspect]}`);
  });
}

function aspects({ contentHash, filesHash, modelHash, rows }: Made): Readonly<Record<string, string>> {
  return {
    rows: Object.entries(rows)
      .map(([split, count]) => `${split} ${count}`)
      .sort()
      .join(', '),
    'content hash': contentHash,
    'hash of the files': filesHash,
    'hash of the model': modelHash,
  };
}

const shown = 12;

/** A table of the runs. */
export function table(runs: readonly Run[]): string {
  const head = ['run', 'seconds', 'rows again', 'rows', 'content', 'files', 'model'];
  const lines = runs.map(({ made, name, redelivered, seconds }) => [
    name,
    seconds.toFixed(1),
    String(redelivered),
    String(Object.values(made.rows).reduce((sum, count) => sum + count, 0)),
    ...[made.contentHash, made.filesHash, made.modelHash].map((hash) => hash.slice(0, shown)),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((cells) => cells[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column >= 1 && column <= 3;
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, ...lines].map(format).join('\n');
}
