import type { ApiRecorder } from '../http/api-call';
import { AwsError, notSupported } from '../http/aws-error';
import type { FaultPlan } from '../http/faults';
import { startJsonService } from '../http/json-service';
import type { LocalService } from '../service';
import { EventBus, type EventBusProps } from './bus';
import type { ServiceEvent } from './event';

export interface EventBridgeProps extends Pick<EventBusProps, 'rules' | 'start' | 'onEvent'> {
  /** @default - the system's */
  readonly clock?: { now(): number };
  /** What goes wrong with requests, on purpose. @default - nothing */
  readonly faults?: FaultPlan;
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** The local EventBridge. */
export interface EventBridgeService extends LocalService {
  /** Where the other services tell of what happens. */
  readonly bus: EventBus;
}

type Entry = Readonly<Record<string, unknown>>;

const region = 'us-east-1';
const account = '000000000000';
const defaultBus: readonly unknown[] = [undefined, 'default', `arn:aws:events:${region}:${account}:event-bus/default`];

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const maxEntries = 10;
const maxTotalBytes = 1024 * 1024;
const maxDetailTypeLength = 128;
const entryMembers = ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName'];

/**
 * Amazon EventBridge: the default bus with the rules that it is given. Other buses, schedules, archives, dead letters and retries exist
 * in AWS and not here; what a request asks of them is refused by name.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 */
export async function startEventBridge(props: EventBridgeProps): Promise<EventBridgeService> {
  const { rules, start, onEvent } = props;
  const bus = new EventBus({ rules, start, onEvent, region, account, now: () => (props.clock ?? Date).now() });
  const service = await startJsonService({
    name: 'eventbridge',
    targetPrefix: 'AWSEvents',
    operations: { PutEvents: (input) => putEvents(bus, input) },
    ...(props.faults === undefined ? {} : { faults: props.faults }),
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
  });
  return { ...service, bus };
}

/** Each entry stands or falls for itself; a request that is wrong as a whole is refused as a whole. */
function putEvents(bus: EventBus, { Entries: given, ...others }: Entry): unknown {
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) {
    throw notSupported(`eventbridge: ${unknown} of PutEvents`);
  }
  const entries = Array.isArray(given) ? (given as readonly Entry[]) : [];
  if (entries.length === 0 || entries.length > maxEntries) {
    throw invalid(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${maxEntries}`,
    );
  }
  entries.forEach(refuseUnknown);
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= maxTotalBytes) {
    throw invalid('Total size of the entries in the request is over the limit.');
  }
  const read = entries.map(readEntry);
  if (read.every((entry) => entry instanceof AwsError && entry.message.includes('required'))) {
    throw invalid('None of the entries has Source, DetailType and Detail, which are required.');
  }
  const results = read.map((entry, index) =>
    entry instanceof AwsError
      ? { ErrorCode: entry.code, ErrorMessage: entry.message }
      : { EventId: bus.put(entry, timeOf(entries[index])) },
  );
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function refuseUnknown(entry: Entry): void {
  const unknown = Object.keys(entry).find((name) => !entryMembers.includes(name));
  if (unknown !== undefined) {
    throw notSupported(`eventbridge: ${unknown} of PutEvents`);
  }
  if (!defaultBus.includes(entry.EventBusName)) {
    throw notSupported(`eventbridge: the event bus ${String(entry.EventBusName)}`);
  }
}

/** The event of an entry, or why there is none. */
function readEntry({
  Source: source,
  DetailType: detailType,
  Detail: text,
  Resources: resources = [],
}: Entry): ServiceEvent | AwsError {
  const missing = Object.entries({ Source: source, DetailType: detailType, Detail: text }).find(
    ([, value]) => typeof value !== 'string' || value === '',
  );
  if (missing !== undefined || typeof source !== 'string' || typeof detailType !== 'string' || typeof text !== 'string') {
    const name = missing?.[0] ?? '';
    return new AwsError('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if (detailType.length > maxDetailTypeLength) {
    return new AwsError(
      'InvalidArgument',
      `Parameter DetailType is not valid. Reason: it has over ${maxDetailTypeLength} characters.`,
    );
  }
  if (source.startsWith('aws.')) {
    return new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (!Array.isArray(resources) || !resources.every((resource) => typeof resource === 'string')) {
    return new AwsError('InvalidArgument', 'Parameter Resources is not valid. Reason: it is a list of ARNs.');
  }
  const detail = parseObject(text);
  return detail === undefined
    ? new AwsError('MalformedDetail', 'Detail is malformed.')
    : { source, detailType, resources, detail };
}

function parseObject(text: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds since the epoch come in, milliseconds go out. */
function timeOf(entry: Entry | undefined): number | undefined {
  return typeof entry?.Time === 'number' ? entry.Time * 1000 : undefined;
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? (Resources as readonly unknown[]) : [])];
  return (
    (Time === undefined ? 0 : 14) +
    texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0), 0)
  );
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
