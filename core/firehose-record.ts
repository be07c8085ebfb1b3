/**
 * The largest record that Firehose takes: 1,000 KiB before base64. It is also 200 times the 5 KiB that a record's size is rounded
 * up to for billing, so a full record is billed for next to nothing that it does not hold.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html
 */
export const maxFirehoseRecordBytes = 1_024_000;
