import { mkdirSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableColumns } from '../../core/common-columns';
import { fnv1a } from '../../core/fnv1a';
import { hourMs } from '../../core/features/statistics';
import { timestampLiteral } from '../../core/training-set';
import { factory } from '../../domains/factory/domain';

/** What lake to make. */
export interface LakeAssignment {
  /** The folder of the bucket. */
  readonly directory: string;
  /** Rows of telemetry in the window; as many per day lie in the days before it. */
  readonly rows: number;
  /** The window's days, and those before it. */
  readonly days: number;
  readonly daysBefore: number;
  /** Firehose writes one object per buffer: so many a day. */
  readonly filesPerDay: number;
  /** The end of the window, in milliseconds since the epoch. */
  readonly end: number;
}

const dayMs = 24 * hourMs;

/** What was made. */
export interface LakeMeasurement {
  readonly devices: number;
  /** Rows of telemetry in the window, and before it. */
  readonly rows: number;
  readonly rowsBefore: number;
  readonly filesPerDay: number;
  /** All files of telemetry together. */
  readonly lakeBytes: number;
}

/** Readings of a device in a day: one every ten minutes. */
const readingsPerDay = 144;

/** How many days a machine runs until it fails; and how many hours it is repaired. */
const daysToFailure = 20;
const repairHours = 8;

/** A number from 0 to 1 that follows from the row and the column; cheap, and nothing that compression could make use of. */
const noise = (column: string): string => `((hash(i + ${fnv1a(column) % 2 ** 20} * 2147483648) % 1000003) / 1000003.0)`;

/**
 * Writes tables with the columns of the factory: readings of machines in turn, each in the file of the hours in which it arrived, with as
 * many digits as real ones; and a failure and a repair of each machine, again and again.
 */
async function main(): Promise<void> {
  const { days, daysBefore, directory, end, filesPerDay, rows } = JSON.parse(process.argv[2] ?? '') as LakeAssignment;
  const devices = Math.max(1, Math.round(rows / days / readingsPerDay));
  const perDay = devices * readingsPerDay;
  const slotMs = dayMs / perDay;
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB' });
  const connection = await instance.connect();
  const write = async (table: string, day: number, name: string, from: string, values: Values): Promise<void> => {
    const date = new Date(day).toISOString().slice(0, 10);
    const folder = path.join(directory, 'tables', table, `date=${date}`);
    mkdirSync(folder, { recursive: true });
    const columns = tableColumns(factory, table).map(({ name: column }) => `${values[column] ?? measured(column)} AS ${column}`);
    const file = path.join(folder, `${name}.parquet`);
    await connection.run(`COPY (SELECT ${columns.join(', ')} FROM ${from}) TO '${file}' (FORMAT parquet, CODEC 'snappy')`);
  };
  for (let day = end - (days + daysBefore) * dayMs; day < end; day += dayMs) {
    const at = `${timestampLiteral(day)} + to_milliseconds(CAST(i * ${slotMs} AS bigint))`;
    const number = Math.round((day - end) / dayMs) + days + daysBefore;
    const reading = readings(devices, at, `${number * readingsPerDay} + i // ${devices}`);
    for (let file = 0; file < filesPerDay; file += 1) {
      const [from, to] = [file, file + 1].map((edge) => Math.round((edge * perDay) / filesPerDay));
      await write('telemetry', day, String(file), `range(${from}, ${to}) AS slots(i)`, reading);
    }
    const failing = `range(${devices}) AS machines(i), (VALUES ('failure', 0), ('repair', ${repairHours})) AS entries(event, hours)
      WHERE (i + ${number}) % ${daysToFailure} = 0`;
    await write('maintenance', day, '0', failing, entries(devices, day, number));
  }
  const measurement: LakeMeasurement = {
    devices,
    rows: perDay * days,
    rowsBefore: perDay * daysBefore,
    filesPerDay,
    lakeBytes: bytesBelow(path.join(directory, 'tables', 'telemetry')),
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, { name, parentPath }) => sum + statSync(path.join(parentPath, name)).size, 0);
}

/** SQL by column. */
type Values = Readonly<Record<string, string>>;

/** Features have four decimals, sensors fewer. */
const measured = (column: string): string => `round(100 * ${noise(column)}, ${column.includes('_') ? 4 : 1})`;

function common(devices: number, at: string, sequence: string): Values {
  return {
    device_id: `'machine-' || lpad(CAST(i % ${devices} AS varchar), 6, '0')`,
    sequence,
    event_time: at,
    device_bucket: `CAST(hash(i % ${devices}) % 100 AS integer)`,
    arrival_time: `${at} + to_milliseconds(CAST(2000 * ${noise('lateness')} AS bigint))`,
    shard_id: `'shardId-00000000000' || (i % 8)`,
    sequence_number: `'4967' || lpad(CAST(hash(i, ${sequence}) AS varchar), 52, '0')`,
  };
}

function readings(devices: number, at: string, number: string): Values {
  const machine = `i % ${devices}`;
  return {
    // Entries of the maintenance database have the odd ones.
    ...common(devices, at, `2 * (${number})`),
    site: `'plant-' || (${machine} % 7)`,
    machine: `['pump', 'fan', 'compressor', 'motor'][1 + ${machine} % 4]`,
    state: `CASE WHEN ${noise('state')} < 0.8 THEN 'running' WHEN ${noise('state')} < 0.95 THEN 'standby' ELSE 'stopped' END`,
    alarm: 'false',
    pressure: `CASE WHEN ${machine} % 4 = 3 THEN NULL ELSE ${measured('pressure')} END`,
    humidity: `CASE WHEN ${machine} % 2 = 0 THEN NULL ELSE ${measured('humidity')} END`,
    running_readings: 'CAST(24 AS integer)',
    missing_messages: `CAST(${noise('missing')} > 0.98 AS integer)`,
  };
}

function entries(devices: number, day: number, number: number): Values {
  return {
    ...common(devices, `${timestampLiteral(day)} + to_hours(i % 12 + hours)`, `4 * ${number} + hours // ${repairHours} * 2 + 1`),
    event: 'event',
    component: `'bearing'`,
    cause: `'wear'`,
    downtime: `CASE WHEN event = 'failure' THEN NULL ELSE ${repairHours} * 3600.0 END`,
  };
}

void main();
