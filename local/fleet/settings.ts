import { FleetError } from './fleet-error';

/** What the fleet's process is told, as JSON. */
export interface FleetSettings {
  /** A folder below `domains/`. */
  readonly domain: string;
  readonly streamName: string;
  /** Records per second, all devices together. @default - as fast as the stream takes them */
  readonly rate?: number;
  /** Files to replay, in this order, instead of simulating. @default none */
  readonly replay: readonly string[];
  /** How many devices to simulate. @default - the domain's own number */
  readonly devices?: number;
  /** How many records to simulate. */
  readonly records: number;
  /** @default 1 */
  readonly seed: number;
  /** The event time at which the simulation ends, in milliseconds since the epoch. */
  readonly endTime: number;
}

/** The environment variable with the settings, where they are not the process's argument. */
export const fleetSettingsVariable = 'FLEET_SETTINGS';

/**
 * Reads the settings, `records` and `endTime` only where no files are replayed.
 * @throws FleetError `bad-settings` that names the key and what is allowed
 */
export function parseFleetSettings(text: string | undefined): FleetSettings {
  const given = parseObject(text);
  const known = ['domain', 'streamName', 'rate', 'replay', 'devices', 'records', 'seed', 'endTime'];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw bad(unknown, `no such setting; there are ${known.join(', ')}`);
  }
  const name = (key: string): string => {
    const value = given[key];
    if (typeof value !== 'string' || value === '') {
      throw bad(key, 'a text is needed');
    }
    return value;
  };
  const whole = (key: string, minimum: number): number | undefined => {
    const value = given[key] ?? undefined;
    if (value !== undefined && (!Number.isSafeInteger(value) || (value as number) < minimum)) {
      throw bad(key, `a whole number of at least ${minimum} is needed, not ${JSON.stringify(value)}`);
    }
    return value as number | undefined;
  };
  const replay: unknown = given.replay ?? [];
  if (!Array.isArray(replay) || replay.some((file) => typeof file !== 'string')) {
    throw bad('replay', 'a list of files is needed');
  }
  const rate = given.rate ?? undefined;
  if (rate !== undefined && (typeof rate !== 'number' || !Number.isFinite(rate) || rate <= 0)) {
    throw bad('rate', `a number above 0 is needed, not ${JSON.stringify(rate)}`);
  }
  const simulated = replay.length === 0;
  const devices = whole('devices', 1);
  const records = whole('records', 0) ?? (simulated ? undefined : 0);
  const endTime = whole('endTime', 0) ?? (simulated ? undefined : 0);
  if (records === undefined || endTime === undefined) {
    throw bad(records === undefined ? 'records' : 'endTime', 'needed when no files are replayed');
  }
  return {
    domain: name('domain'),
    streamName: name('streamName'),
    ...(rate === undefined ? {} : { rate }),
    replay: replay as readonly string[],
    ...(devices === undefined ? {} : { devices }),
    records,
    seed: whole('seed', 0) ?? 1,
    endTime,
  };
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Answered below, like a document that is no object.
  }
  throw new FleetError(
    'bad-settings',
    `the fleet needs its settings as a JSON object, as its argument or in ${fleetSettingsVariable}`,
  );
}

function bad(key: string, reason: string): FleetError {
  return new FleetError('bad-settings', `fleet setting ${key}: ${reason}`);
}
