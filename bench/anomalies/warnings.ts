import { median } from '../shared/statistics';

/** A machine over the time in which it was watched. Times in milliseconds since the epoch. */
export interface MachineHistory {
  readonly from: number;
  readonly to: number;
  readonly failures: readonly { readonly time: number; readonly cause: string }[];
  /** When there was a warning about it. */
  readonly warnings: readonly number[];
}

/** What warnings are worth. */
export interface WarningResult {
  readonly failures: number;
  /** Failures with a warning in the time before them. */
  readonly warned: number;
  /** The same by cause: warned, of so many. */
  readonly byCause: Readonly<Record<string, { readonly warned: number; readonly of: number }>>;
  /** From the first warning in that time to the failure; null when none was warned of. */
  readonly medianLeadHours: number | null;
  readonly warnings: number;
  /** Warnings that no failure followed in that time. */
  readonly falseWarnings: number;
  /** Of the time that is not just before a failure. */
  readonly falsePerMachineMonth: number;
}

const hourMs = 3_600_000;
const monthMs = 730 * hourMs;

/** Holds warnings against failures. @param aheadHours how long before a failure a warning counts as one of it */
export function worthOf(machines: readonly MachineHistory[], aheadHours: number): WarningResult {
  const aheadMs = aheadHours * hourMs;
  const byCause: Record<string, { warned: number; of: number }> = {};
  const leads: number[] = [];
  let falseWarnings = 0;
  let quietMs = 0;
  for (const { failures, from, to, warnings } of machines) {
    for (const { cause, time } of failures) {
      const first = Math.min(...warnings.filter((warning) => warning < time && warning >= time - aheadMs));
      const count = (byCause[cause] ??= { warned: 0, of: 0 });
      count.of += 1;
      if (first !== Infinity) {
        count.warned += 1;
        leads.push(time - first);
      }
    }
    const isBeforeFailure = (at: number): boolean => failures.some(({ time }) => at < time && at >= time - aheadMs);
    falseWarnings += warnings.filter((warning) => !isBeforeFailure(warning)).length;
    quietMs += to - from - timeBefore(failures, from, aheadMs);
  }
  return {
    failures: Object.values(byCause).reduce((sum, { of }) => sum + of, 0),
    warned: leads.length,
    byCause,
    medianLeadHours: leads.length === 0 ? null : round(median(leads) / hourMs, 1),
    warnings: machines.reduce((sum, { warnings }) => sum + warnings.length, 0),
    falseWarnings,
    falsePerMachineMonth: round(falseWarnings / (quietMs / monthMs), 2),
  };
}

/** How much of the time lies just before a failure; what lies before two of them counts once. */
function timeBefore(failures: MachineHistory['failures'], from: number, aheadMs: number): number {
  let sum = 0;
  let end = from;
  for (const { time } of [...failures].sort((a, b) => a.time - b.time)) {
    sum += Math.max(0, time - Math.max(end, time - aheadMs));
    end = Math.max(end, time);
  }
  return sum;
}

const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
