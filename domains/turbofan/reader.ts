import * as path from 'node:path';
import type { FileReader, OutgoingRecord, RecordedFile } from '../../core/domain';
import { hourMs } from '../../core/features/statistics';
import { sensors, settings } from './sensors';

/** The files have no clock: cycle 0 of every engine is set to the year in which the data set was published. */
export const cycleZeroMs = Date.UTC(2008, 9, 6);

/** The files say only which flight came after which; one hour of event time stands for one cycle. */
export const cycleMs = hourMs;

/** The name of an engine of a test file: of FD001 the seventh is `FD001-test-007`. */
export function testEngine(set: string, unit: number): string {
  return engineName(`${set}-test`, String(unit));
}

function engineName(file: string, unit: string): string {
  return `${file}-${unit.padStart(3, '0')}`;
}

/** The partition key of lines that cannot be read. */
export const unreadableKey = 'unreadable';

const names = [...settings, ...sensors].map(({ name }) => name);
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const positiveInteger = /^[1-9]\d{0,8}$/;

/**
 * Reads the files of NASA's C-MAPSS data set (train_FD001.txt and its like): 26 numbers separated by spaces, which are unit,
 * cycle, settings 1 to 3, sensors 1 to 21. A line becomes a message whose sequence is the cycle. A unit becomes a device that is
 * named after its file, for units are numbered anew in each: `FD001-train-001`, `FD001-test-001`.
 *
 * In a `train_` file every engine was run until it failed: at the file's end, a `failure` is told of each. The engines of any other
 * file were still running.
 *
 * A line that is not 26 numbers is sent as it is: it is not JSON, and ends in quarantine.
 */
export const cmapssReader: FileReader = {
  format:
    'NASA C-MAPSS: 26 numbers per line, separated by spaces: unit, cycle, 3 settings, 21 sensors; the engines of a train_… file have failed at its end',
  open: (file) => new CmapssFile(file),
};

/** How long the name of a file may be in that of a device, in characters. */
const maxNameLength = 100;

class CmapssFile implements RecordedFile {
  private readonly name: string;
  private readonly hasFailures: boolean;
  /** The last cycle of each engine: lines of an engine need not be together. */
  private readonly lastCycles = new Map<string, number>();

  constructor(file: string) {
    const base = path
      .basename(file)
      .replace(/\.gz$/i, '')
      .replace(/\.txt$/i, '');
    const [, kind, set] = /^(train|test)_(.+)$/i.exec(base) ?? [];
    this.name = (kind === undefined || set === undefined ? base : `${set}-${kind.toLowerCase()}`).slice(0, maxNameLength);
    this.hasFailures = kind?.toLowerCase() === 'train';
  }

  record(line: string): readonly OutgoingRecord[] {
    const text = line.trim();
    if (text === '') {
      return [];
    }
    const [unit = '', cycle = '', ...values] = text.split(/\s+/);
    const readable =
      positiveInteger.test(unit) &&
      positiveInteger.test(cycle) &&
      values.length === names.length &&
      values.every((value) => decimal.test(value));
    if (!readable) {
      return [{ partitionKey: unreadableKey, data: Buffer.from(line, 'utf8') }];
    }
    const deviceId = engineName(this.name, unit);
    this.lastCycles.set(deviceId, Math.max(Number(cycle), this.lastCycles.get(deviceId) ?? 0));
    const measured = Object.fromEntries(names.map((name, index) => [name, Number(values[index])]));
    return [message('cycle', deviceId, Number(cycle), Number(cycle), measured)];
  }

  end(): readonly OutgoingRecord[] {
    return this.hasFailures ? [...this.lastCycles].map(([id, last]) => message('failure', id, last + 1, last)) : [];
  }
}

function message(
  sourceType: string,
  deviceId: string,
  sequence: number,
  cycle: number,
  measured: Readonly<Record<string, number>> = {},
): OutgoingRecord {
  const body = {
    source_type: sourceType,
    device_id: deviceId,
    sequence,
    event_time: new Date(cycleZeroMs + cycle * cycleMs).toISOString(),
    cycle,
    ...measured,
  };
  return { partitionKey: deviceId, data: Buffer.from(JSON.stringify(body), 'utf8') };
}
