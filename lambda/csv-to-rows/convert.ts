import { Rejection } from '../../core/rejection';
import { lineAt, readRow, type CsvRow } from './csv';
import type { LineColumns, RowMaker } from './row';

/** A line that is no row, and why. */
export interface BadLine {
  readonly rejection: Rejection;
  readonly data: Buffer;
  /** Which row of the text it is, from 0; headers and bad lines count, blank lines do not. */
  readonly index: number;
}

/** What a text became: every line that is not blank and no header is either a row or a bad line. */
export interface Converted {
  /** JSON documents, each ending in a newline. */
  readonly rows: readonly string[];
  readonly bad: readonly BadLine[];
}

const byteOrderMark = Buffer.from('\uFEFF');

/**
 * The rows of a CSV text. A line that is no row takes none of its neighbours with it: when a row that spans lines is no good, only
 * its first line is given up and reading goes on with the next, since a stray quote looks like the start of such a row.
 *
 * @param maxRowBytes the longest row allowed
 */
export function convertCsv(text: Buffer, maker: RowMaker, arrivalMs: number, maxRowBytes: number): Converted {
  const rows: string[] = [];
  const bad: BadLine[] = [];
  let columns: LineColumns = maker.columns;
  let at = text.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
  for (let index = 0; at < text.length;) {
    const row = readRow(text, at);
    at = row.next;
    if (row.end === row.start) {
      continue;
    }
    const header = row.fields === undefined ? undefined : maker.header(row.fields);
    columns = header ?? columns;
    const outcome = header === undefined ? rowOf(row, columns, maker, arrivalMs, maxRowBytes) : header;
    if (typeof outcome === 'string') {
      rows.push(outcome);
    } else if (outcome instanceof Rejection) {
      const line = row.spansLines ? readFirstLine(text, row.start) : row;
      at = line.next;
      bad.push({ rejection: outcome, data: text.subarray(line.start, line.end), index });
    }
    index += 1;
  }
  return { rows, bad };
}

function rowOf(
  { fields, fault, start, end }: CsvRow,
  columns: LineColumns,
  maker: RowMaker,
  arrivalMs: number,
  maxRowBytes: number,
): string | Rejection {
  if (end - start > maxRowBytes) {
    return new Rejection('oversized', `the line has ${end - start} bytes; at most ${maxRowBytes} are allowed`);
  }
  if (fields === undefined) {
    return new Rejection('malformed_csv', fault);
  }
  return columns instanceof Rejection ? columns : maker.row(fields, columns, arrivalMs);
}

function readFirstLine(text: Buffer, start: number): { readonly start: number; readonly end: number; readonly next: number } {
  return { start, ...lineAt(text, start) };
}
