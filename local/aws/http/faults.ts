import type { AwsError } from './aws-error';
import type { Response } from './server';

/** A request that a fault may befall. */
export interface FaultTarget {
  /** `kinesis`, `dynamodb` */
  readonly service: string;
  /** `GetRecords` */
  readonly operation: string;
  /** The members of the request, in the JSON form. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What goes wrong with a request. Several may be combined; none means that all goes well. */
export interface Fault {
  /** Milliseconds before the reply goes out; the operation itself is done at once. @default 0 */
  readonly delayMs?: number;
  /** The reply, instead of doing the operation. @default - the operation's own */
  readonly error?: AwsError;
  /**
   * The connection is cut: `request` before the operation is done, `reply` after it, so that it is done and nobody learns of it.
   * Over HTTP/2 only the request's own stream is reset. A subscription opens, and is cut after `delayMs`. @default - not cut
   */
  readonly drop?: 'request' | 'reply';
  /** The reply never comes: the operation is done and the connection stays open. A subscription opens and stays silent. @default false */
  readonly hang?: boolean;
}

/** Decides what goes wrong with a request: undefined when nothing does. Called once for each request, before it is dealt with. */
export type FaultPlan = (target: FaultTarget) => Fault | undefined;

/** Cuts off a reply, so that its caller sees a connection that broke. */
export function cutOff(response: Response): void {
  if ('stream' in response) {
    response.stream.destroy(new Error('cut off by a fault'));
  } else {
    response.socket?.destroy();
  }
}
