import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SNSClient } from '@aws-sdk/client-sns';

/** The consumer's connections to AWS. Endpoints, region and credentials come from the environment, read by the SDK itself. */
export interface Clients {
  /** For leases. */
  readonly dynamodb: DynamoDBClient;
  /** For what is remembered of devices: with connections of its own, so that a renewal never waits in line behind states. */
  readonly deviceStates: DynamoDBClient;
  readonly kinesis: KinesisClient;
  readonly firehose: FirehoseClient;
  readonly sns: SNSClient;
}

/** How long a request may go without an answer, in milliseconds. */
export interface ClientTimeouts {
  /** About leases. A lease must be renewed well within its failover time, so such a request is given up early and tried again. */
  readonly leaseRequestMs: number;
  /** About devices. While it hangs its shard stands still, and the lease is kept. @default 5000 */
  readonly deviceStateRequestMs?: number;
  /** To Firehose. While it hangs its shard stands still, and the lease is kept: the reader is well. @default 60000 */
  readonly deliveryRequestMs?: number;
  /** About alerts. While it hangs the shard whose rows raised them stands still. @default 3000 */
  readonly alertRequestMs?: number;
}

/** The time-out of a request about leases: a third of the failover time, 0.25 to 5 s. */
export function leaseRequestMs(failoverTimeMs: number): number {
  return Math.max(250, Math.min(5_000, Math.floor(failoverTimeMs / 3)));
}

export function createClients(timeouts: ClientTimeouts): Clients {
  const { alertRequestMs = 3_000, deliveryRequestMs = 60_000, deviceStateRequestMs = 5_000, leaseRequestMs: leaseMs } = timeouts;
  // By itself the SDK's HTTP/1.1 handler only warns of a request that takes too long, and on the console at that.
  const throwOnRequestTimeout = true;
  return {
    dynamodb: new DynamoDBClient({
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: leaseMs, throwOnRequestTimeout },
    }),
    // One attempt: the pipeline retries by itself, and tells of it.
    deviceStates: new DynamoDBClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: deviceStateRequestMs, throwOnRequestTimeout },
    }),
    // HTTP/2, whose handler ends such a request. A reader that is stuck is also found by the client library.
    kinesis: new KinesisClient({ maxAttempts: 3, requestHandler: { requestTimeout: 30_000 } }),
    // One attempt: the pipeline retries by itself, and only the records that failed.
    firehose: new FirehoseClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: deliveryRequestMs, throwOnRequestTimeout },
    }),
    // One attempt for the same reason.
    sns: new SNSClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 1_000, requestTimeout: alertRequestMs, throwOnRequestTimeout },
    }),
  };
}
