import type { FileReader, OutgoingRecord } from '../../core/domain';
import { hourMs } from '../../core/features/statistics';
import { sensors, settings } from './sensors';

/** The files have no clock: cycle 0 of every engine is set to the year in which the data set was published. */
export const cycleZeroMs = Date.UTC(2008, 9, 6);

/** The files say only which flight came after which; one hour of event time stands for one cycle. */
export const cycleMs = hourMs;

/** The partition key of lines that cannot be read. */
export const unreadableKey = 'unreadable';

const names = [...settings, ...sensors].map(({ name }) => name);
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const positiveInteger = /^[1-9]\d{0,8}$/;

/**
 * Reads the files of NASA's C-MAPSS data set (train_FD001.txt and its like): 26 numbers separated by spaces, which are unit,
 * cycle, settings 1 to 3, sensors 1 to 21. A unit becomes a device, `engine-001`; a line becomes a message whose sequence is the
 * cycle. Units are numbered anew in each file: replay one file per lake, or engines of the same number are taken for one.
 *
 * A line that is not 26 numbers is sent as it is: it is not JSON, and ends in quarantine.
 */
export const cmapssReader: FileReader = {
  format: 'NASA C-MAPSS: 26 numbers per line, separated by spaces: unit, cycle, 3 settings, 21 sensors',
  record(line: string): OutgoingRecord | undefined {
    const text = line.trim();
    if (text === '') {
      return undefined;
    }
    const words = text.split(/\s+/);
    const [unit = '', cycle = '', ...values] = words;
    const readable =
      positiveInteger.test(unit) &&
      positiveInteger.test(cycle) &&
      values.length === names.length &&
      values.every((value) => decimal.test(value));
    if (!readable) {
      return { partitionKey: unreadableKey, data: Buffer.from(line, 'utf8') };
    }
    const deviceId = `engine-${unit.padStart(3, '0')}`;
    const message: Record<string, string | number> = {
      source_type: 'cycle',
      device_id: deviceId,
      sequence: Number(cycle),
      event_time: new Date(cycleZeroMs + Number(cycle) * cycleMs).toISOString(),
      cycle: Number(cycle),
    };
    names.forEach((name, index) => (message[name] = Number(values[index])));
    return { partitionKey: deviceId, data: Buffer.from(JSON.stringify(message), 'utf8') };
  },
};
