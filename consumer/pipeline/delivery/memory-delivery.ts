import { maxFirehoseRecordBytes } from '../pack';
import { DeliveryRefusedError, putLimits, type DeliveryPort, type PutOutcome } from './delivery-port';

/** What the next request meets: records by index that fail, or no answer at all. */
export type Trouble = { readonly failed: readonly number[] } | { readonly unavailable: string };

/** Delivery into memory, with Firehose's limits; for tests and simulations. */
export class MemoryDelivery implements DeliveryPort {
  /** What was accepted, by stream, in order. Copies: the caller may use its buffers again. */
  readonly accepted = new Map<string, Buffer[]>();
  /** How many requests were made. */
  requests = 0;

  /**
   * @param streams the delivery streams that exist
   * @param trouble asked at each request for what happens to it. @default nothing ever fails
   */
  constructor(
    streams: readonly string[],
    private readonly trouble: (stream: string, records: number) => Trouble | undefined = () => undefined,
  ) {
    for (const stream of streams) {
      this.accepted.set(stream, []);
    }
  }

  async put(stream: string, records: readonly Uint8Array[], signal: AbortSignal): Promise<PutOutcome> {
    this.requests += 1;
    const accepted = this.accepted.get(stream);
    if (accepted === undefined) {
      throw new DeliveryRefusedError(stream, 'ResourceNotFoundException', 'no such delivery stream');
    }
    const bytes = records.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const tooLarge = records.some(({ byteLength }) => byteLength > maxFirehoseRecordBytes || byteLength === 0);
    if (tooLarge || records.length === 0 || records.length > putLimits.records || bytes > putLimits.bytes) {
      throw new DeliveryRefusedError(stream, 'InvalidArgumentException', 'the request is beyond the limits');
    }
    if (signal.aborted) {
      return { type: 'unavailable', code: 'AbortError', message: 'the request was given up' };
    }
    const trouble = this.trouble(stream, records.length);
    if (trouble !== undefined && 'unavailable' in trouble) {
      return { type: 'unavailable', code: trouble.unavailable, message: 'slow down' };
    }
    const failed = new Set(trouble?.failed);
    accepted.push(...records.filter((_, index) => !failed.has(index)).map((record) => Buffer.from(record)));
    return { type: 'answered', failed: [...failed].sort((a, b) => a - b).map((index) => ({ index, code: 'InternalFailure' })) };
  }
}
