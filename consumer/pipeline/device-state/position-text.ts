import type { RecordPosition } from '../../kcl';

/**
 * A position on a shard as a text whose order is that of the positions: before each number stands how many digits it has, so that
 * nothing has to be padded to the 129 digits that a sequence number may have. `056<sequence number>.01<index in its aggregate>`.
 *
 * Positions of two shards compare as well: numbers rise from a shard to its children, because the time at which a shard was made stands
 * before all else in its numbers; and of one partition key they generally rise with time.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
 */
export function positionText({ sequenceNumber, subSequenceNumber }: RecordPosition): string {
  const index = String(subSequenceNumber);
  return `${String(sequenceNumber.length).padStart(3, '0')}${sequenceNumber}.${String(index.length).padStart(2, '0')}${index}`;
}
