import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Lake } from '../lake/lake';

/** Listing what lies under some prefixes of the lake. */
export function list(lake: Lake, ...prefixes: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'List',
    actions: ['s3:ListBucket'],
    resources: [lake.bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
  });
}

/** The same, for services that also ask for a folder without the slash at its end. */
export function listFolders(lake: Lake, ...prefixes: readonly string[]): PolicyStatement {
  return list(lake, ...prefixes.map((prefix) => prefix.replace(/\/$/, '')));
}

/** Actions on objects, whose keys match a pattern: `models/records/*.json`. */
export function objects(sid: string, lake: Lake, actions: readonly string[], ...patterns: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: patterns.map((pattern) => lake.bucket.arnForObjects(pattern)),
  });
}
