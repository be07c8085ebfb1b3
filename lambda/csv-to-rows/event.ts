/** What Firehose hands to a function that transforms records. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html */
export interface TransformationEvent {
  readonly deliveryStreamArn: string;
  readonly records: readonly IncomingRecord[];
}

export interface IncomingRecord {
  readonly recordId: string;
  /** When Firehose received it, in milliseconds since the epoch. */
  readonly approximateArrivalTimestamp: number;
  /** Base64. */
  readonly data: string;
}

/** What it expects back: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html */
export interface TransformationAnswer {
  readonly records: readonly TransformedRecord[];
}

export interface TransformedRecord {
  readonly recordId: string;
  /** Dropped: on purpose, and accounted for. ProcessingFailed: Firehose keeps the record as it was under the error prefix. */
  readonly result: 'Ok' | 'Dropped' | 'ProcessingFailed';
  /** Base64. */
  readonly data: string;
}

/** @throws TypeError for anything else than such an event */
export function parseEvent(event: unknown): TransformationEvent {
  const { deliveryStreamArn, records } = (
    typeof event === 'object' && event !== null ? event : {}
  ) as Partial<TransformationEvent>;
  if (typeof deliveryStreamArn !== 'string' || !Array.isArray(records)) {
    throw new TypeError('the event of a Firehose transformation is expected: deliveryStreamArn and records');
  }
  for (const record of records as readonly Partial<IncomingRecord>[]) {
    const { recordId, approximateArrivalTimestamp, data } = record;
    if (typeof recordId !== 'string' || typeof approximateArrivalTimestamp !== 'number' || typeof data !== 'string') {
      throw new TypeError('a record of the event has no recordId, approximateArrivalTimestamp or data');
    }
  }
  return { deliveryStreamArn, records };
}
