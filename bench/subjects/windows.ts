import { insertReading } from '../../core/features/insert-reading';
import { emptyWindow } from '../../core/features/reading-window';
import { spanOf } from '../../core/features/span';
import { statisticsOf } from '../../core/features/window-statistics';
import { SeededRandom } from '../../core/random';

/** What the subject is told. */
export interface WindowsAssignment {
  /** Readings in each window. */
  readonly length: number;
  readonly method: 'scan' | 'running';
  readonly signals: number;
  /** Windows, which take readings in turn, as a shard's devices do. */
  readonly devices: number;
  /** By how many readings every tenth reading of a device is late; 0 when all come in order. */
  readonly displacement: number;
  /** Readings that are measured, of all devices together. */
  readonly records: number;
}

/** What it prints. */
export interface WindowsMeasurement {
  /** To take a reading in and to tell all statistics, per signal. */
  readonly nsPerValue: number;
}

/** Inserts readings and asks for all statistics of all signals after each. */
function main(): void {
  const { devices, displacement, length, method, records, signals } = JSON.parse(process.argv[2] ?? '') as WindowsAssignment;
  const random = SeededRandom.fromSeed(1);
  const values = Array.from({ length: 997 }, () => Array.from({ length: signals }, () => random.normal(100)));
  const windows = Array.from({ length: devices }, () => emptyWindow({ readings: length, signals, method }));
  let sum = 0;
  let step = 0;
  const take = (rounds: number): void => {
    for (let round = 0; round < rounds; round += 1) {
      step += 1;
      const late = step % 10 === 0 && displacement > 0 ? displacement + 0.5 : 0;
      const measured = values[step % values.length] ?? [];
      for (const window of windows) {
        const last = insertReading(window, (step - late) * 1000, measured);
        const span = spanOf(window, last);
        for (let signal = 0; signal < signals; signal += 1) {
          sum += statisticsOf(window, signal, span)?.slope ?? 0;
        }
      }
    }
  };
  // Until the windows are full and the code is compiled.
  take(2 * length + Math.ceil(20_000 / devices));
  const cpu = process.cpuUsage();
  const rounds = Math.ceil(records / devices);
  take(rounds);
  const { user, system } = process.cpuUsage(cpu);
  if (!Number.isFinite(sum)) {
    throw new Error(`the slopes add up to ${sum}`);
  }
  const measurement: WindowsMeasurement = { nsPerValue: ((user + system) * 1000) / (rounds * devices * signals) };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

main();
