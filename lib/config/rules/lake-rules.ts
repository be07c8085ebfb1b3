import { duplicateIn, refuse, type Rule } from './rule';

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ParquetSerDe.html and API_OrcSerDe.html */
const compressions = { parquet: ['snappy', 'gzip', 'none'], orc: ['snappy', 'zlib', 'none'] } as const;

/** The files of the lake: how they are written, how long they live, who else reads them. */
export const lakeRules: readonly Rule[] = [
  {
    asks: '`lake.compression` is one that `lake.format` has: gzip in Parquet only, zlib in ORC only',
    check: ({ lake: { format, compression } }) => {
      const offered: readonly string[] = compressions[format];
      return offered.includes(compression)
        ? undefined
        : refuse('lake.compression', compression, `one of ${offered.join(', ')} in ${format}`);
    },
  },
  {
    asks: '`lake.infrequentAccessAfterDays` < `lake.expireAfterDays`',
    because: 'S3 refuses to move what it has already deleted',
    check: ({ lake: { infrequentAccessAfterDays, expireAfterDays } }) =>
      infrequentAccessAfterDays !== undefined && expireAfterDays !== undefined && expireAfterDays <= infrequentAccessAfterDays
        ? refuse(
            'lake.expireAfterDays',
            expireAfterDays,
            `an integer from ${infrequentAccessAfterDays + 1} to 36500 (more than lake.infrequentAccessAfterDays), or left out`,
          )
        : undefined,
  },
  {
    asks: '`delivery.quarantineRetentionDays` ≤ `lake.expireAfterDays`',
    because: 'what is deleted from the tables after a time is not to live on among the records that could not be used',
    check: ({ lake: { expireAfterDays }, delivery: { quarantineRetentionDays } }) =>
      expireAfterDays !== undefined && quarantineRetentionDays > expireAfterDays
        ? refuse(
            'delivery.quarantineRetentionDays',
            quarantineRetentionDays,
            `an integer from 1 to ${expireAfterDays} (lake.expireAfterDays)`,
          )
        : undefined,
  },
  {
    asks: '`lake.readers` needs `lake.lakeFormation`',
    because: 'without Lake Formation, who reads is said by IAM alone, in the readers’ own policies',
    check: ({ lake: { readers, lakeFormation } }) =>
      readers.length > 0 && !lakeFormation ? refuse('lake.readers', readers, 'left out without lake.lakeFormation') : undefined,
  },
  {
    asks: 'No one stands twice in `lake.readers`',
    because: 'a grant that is there already is refused when the stack is deployed',
    check: ({ lake: { readers } }) => {
      const twice = duplicateIn(readers);
      return twice < 0 ? undefined : refuse(`lake.readers.${twice}`, readers[twice], 'a role or user that is not named before');
    },
  },
];
