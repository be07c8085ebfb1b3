import { invalidArgument } from './errors';
import type { Input } from './input';
import type { Shard } from './shard';
import type { Stream } from './stream';

/** Where reading of a shard may start. */
export const startingTypes = ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'AT_TIMESTAMP'] as const;

/** What the members of an operation that says where reading starts are called. */
export interface StartingMembers {
  readonly operation: string;
  /** `ShardIteratorType` */
  readonly type: string;
  /** `StartingSequenceNumber` */
  readonly sequenceNumber: string;
}

/** The index of the record at which reading starts, by the members of `input`. @throws AwsError InvalidArgumentException */
export function startingIndex(input: Input, names: StartingMembers, stream: Stream, shard: Shard, nowMs: number): number {
  const type = input.oneOf(names.type, startingTypes);
  switch (type) {
    case 'TRIM_HORIZON':
      return shard.trimHorizon;
    case 'LATEST':
      return shard.tip;
    case 'AT_TIMESTAMP':
      return shard.indexAtTime(input.pastTime('Timestamp', nowMs));
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const sequenceNumber = input.optionalString(names.sequenceNumber);
      if (sequenceNumber === undefined) {
        throw invalidArgument(`Must either specify ${names.sequenceNumber} or not use ${names.type} ${type}.`);
      }
      const index = shard.sequenceNumbers.indexOf(sequenceNumber);
      const isEnd = index === Number.POSITIVE_INFINITY;
      if (index === undefined || (isEnd ? shard.isOpen : index >= shard.tip)) {
        throw invalidArgument(
          `${names.sequenceNumber} ${sequenceNumber} used in ${names.operation} on shard ${shard.id} in stream ${stream.name} ` +
            `is invalid because it did not come from this shard.`,
        );
      }
      return isEnd ? shard.tip : type === 'AT_SEQUENCE_NUMBER' ? index : index + 1;
    }
  }
}
