import { z } from 'zod';
import { keyArn } from './shared';

/** Whose keys encrypt what is stored. */
export const encryptionSchema = z
  .discriminatedUnion('mode', [
    z.strictObject({
      mode: z
        .literal('own')
        .describe('Keys of the pipeline’s own, which rotate: stream, lake, operations (logs, notifications).'),
      rotationDays: z.int().min(90).max(2_560).default(365).meta({ unit: 'days', description: 'How often they rotate.' }),
    }),
    z.strictObject({
      mode: z
        .literal('existing')
        .describe('Keys that somebody else looks after. Their policies must let the pipeline’s services use them.'),
      streamKeyArn: keyArn.describe('Encrypts the records on the stream.'),
      lakeKeyArn: keyArn.describe('Encrypts the lake and the models.'),
      operationsKeyArn: keyArn.describe('Encrypts logs, notifications and dead letters.'),
    }),
    z.strictObject({
      mode: z
        .literal('aws-managed')
        .describe('Keys of AWS in the account: cheaper, but their use cannot be granted or withdrawn.'),
    }),
  ])
  .readonly();

export type EncryptionConfig = z.output<typeof encryptionSchema>;
