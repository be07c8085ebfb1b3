/** What a service tells EventBridge of. */
export interface ServiceEvent {
  /** `aws.sagemaker` */
  readonly source: string;
  /** `SageMaker Training Job State Change` */
  readonly detailType: string;
  /** ARNs that the event is about. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * An event on the bus, as rules see it and targets get it.
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export interface Event {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** To the second: `2026-11-20T08:00:00Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where and when an event is put on the bus. */
export interface Circumstances {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

/** The event on the bus. Members without a value are left out, as in the JSON that it travels as. */
export function eventOf({ source, detailType, resources, detail }: ServiceEvent, at: Circumstances): Event {
  return {
    version: '0',
    id: at.id,
    'detail-type': detailType,
    source,
    account: at.account,
    time: new Date(at.timeMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: at.region,
    resources,
    detail: JSON.parse(JSON.stringify(detail)) as Event['detail'],
  };
}
