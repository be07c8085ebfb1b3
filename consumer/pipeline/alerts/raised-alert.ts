import type { Alert } from '../../../core/domain';

/** An alert, and the message that it is about. */
export interface RaisedAlert extends Alert {
  readonly deviceId: string;
  /** The device's own number of the message: with the device it finds the row. */
  readonly sequence: number;
  /** When the stream received the message, in milliseconds since the epoch. */
  readonly arrivalTimeMs: number;
}

/** What tells an alert from every other, for ever: the same alert that comes again, after a crash, has the same. */
export function alertId({ deviceId, sequence, signal }: Pick<RaisedAlert, 'deviceId' | 'sequence' | 'signal'>): string {
  return `${deviceId}/${signal}/${sequence}`;
}
