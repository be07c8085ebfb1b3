import { z } from 'zod';

/** The partition, which differs in China, in GovCloud and in the isolated regions. */
const partition = 'arn:aws[a-z-]*';

const arnLike = (pattern: string, example: string) =>
  z
    .string()
    .regex(new RegExp(`^${partition}:${pattern}$`))
    .meta({ allowed: `an ARN such as ${example}` });

/** ARN of a KMS key; an alias would not do, since policies name keys. */
export const keyArn = arnLike(
  'kms:[a-z0-9-]+:\\d{12}:key/[\\w-]+',
  'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
);

/** ARN of an SNS topic. */
export const topicArn = arnLike('sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}', 'arn:aws:sns:eu-west-1:123456789012:on-call');

/** ARN of a Lambda function; a version or an alias may follow. */
export const functionArn = arnLike(
  'lambda:[a-z0-9-]+:\\d{12}:function:[\\w-]{1,64}(?::[\\w$-]+)?',
  'arn:aws:lambda:eu-west-1:123456789012:function:may-join',
);

/** ARN of a role, a user or an account's root. */
export const principalArn = arnLike(
  'iam::\\d{12}:(?:root|(?:role|user)/[\\w+=,.@/-]+)',
  'arn:aws:iam::123456789012:role/gateway',
);

/** ARN of a role or a user. */
export const userArn = arnLike('iam::\\d{12}:(?:role|user)/[\\w+=,.@/-]+', 'arn:aws:iam::123456789012:role/analysts');

/** An integer within bounds, both included. */
export const integer = (min: number, max: number) => z.int().min(min).max(max);
