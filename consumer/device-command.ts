import { GetItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Writable } from 'node:stream';
import { deviceItem } from '../core/device-item';
import { deviceStateEnvironment } from '../core/environment';
import { whatToDo } from './advice';
import { createClients } from './clients';

/** What the command needs of the outside. */
export interface DeviceIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: Writable;
  readonly err: Writable;
  /** @default - as the environment says where AWS is */
  readonly client?: DynamoDBClient;
}

export const deviceHelp = `Says how a device was at the last checkpoint.

Usage: npm run device -- DEVICE_ID [--table NAME]

  --table NAME   the device state table [default: DEVICE_STATE_TABLE]

Region, credentials and AWS_ENDPOINT_URL_DYNAMODB are read by the AWS SDK. Ends with 0, with 1 when nothing is known of the device or
the table does not answer, with 2 when the command line is wrong.
`;

/** Runs the command; gives its exit code and never rejects. */
export async function deviceCommand(argv: readonly string[], io: DeviceIo): Promise<number> {
  const asked = parse(argv, io.environment);
  if (typeof asked === 'string') {
    (argv.includes('--help') ? io.out : io.err).write(asked);
    return argv.includes('--help') ? 0 : 2;
  }
  const client = io.client ?? createClients({ leaseRequestMs: 5_000 }).dynamodb;
  try {
    const Key = { [deviceItem.deviceId]: { S: asked.deviceId } };
    const { Item } = await client.send(new GetItemCommand({ TableName: asked.table, Key, ConsistentRead: true }));
    if (Item === undefined) {
      io.err.write(`Nothing is known of device ${asked.deviceId}: it has not reported before the last checkpoint.\n`);
      return 1;
    }
    io.out.write(told(asked.deviceId, Item));
    return 0;
  } catch (error: unknown) {
    io.err.write(`${asked.table}: ${error instanceof Error ? error.message : String(error)}\n${whatToDo(error)}\n`);
    return 1;
  }
}

interface Asked {
  readonly deviceId: string;
  readonly table: string;
}

/** What is asked for; a text for whoever has to be told how to ask. */
function parse(argv: readonly string[], environment: DeviceIo['environment']): Asked | string {
  const at = argv.indexOf('--table');
  const named = at < 0 ? environment[deviceStateEnvironment.deviceStateTable] : argv[at + 1];
  const [deviceId, ...others] = argv.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  if (argv.includes('--help')) {
    return deviceHelp;
  }
  if (deviceId === undefined || deviceId.startsWith('--') || others.length > 0) {
    return `Give one device id.\n\n${deviceHelp}`;
  }
  return named === undefined || named === ''
    ? `Name the table: --table, or ${deviceStateEnvironment.deviceStateTable}.\n\n${deviceHelp}`
    : { deviceId, table: named };
}

function told(deviceId: string, item: Readonly<Record<string, AttributeValue>>): string {
  const text = (name: keyof typeof deviceItem): string => plain(item[deviceItem[name]]);
  const lines = [
    ['last message', `${text('sequence')}, of ${text('eventTime')}`],
    ['stored', text('updated')],
    ['heard on', text('shardId')],
    ...Object.entries(item[deviceItem.latest]?.M ?? {}).map(([name, value]) => [name, plain(value)]),
  ];
  const width = Math.max(...lines.map(([name = '']) => name.length));
  return `${deviceId}\n${lines.map(([name = '', value = '']) => `  ${name.padEnd(width)}  ${value}\n`).join('')}`;
}

function plain(value: AttributeValue | undefined): string {
  return value?.S ?? value?.N ?? (value?.BOOL === undefined ? '–' : String(value.BOOL));
}
