import type { ShardLease } from './window-closing';

/**
 * The attributes of a lease's row that a reader beside the consumer may rely on: those of the Kinesis Client Library's table, and the
 * watermark that consumer/kcl adds. A test holds them to what the consumer writes.
 */
export const leaseAttributes = {
  leaseKey: 'leaseKey',
  checkpoint: 'checkpoint',
  startingHashKey: 'startingHashKey',
  endingHashKey: 'endingHashKey',
  owner: 'leaseOwner',
  entityType: 'entityType',
  arrivalWatermark: 'arrivalWatermark',
} as const;

/** A row as DynamoDB gives it, as far as it matters here. */
type Row = Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>>;

/** What a scan has to ask for to be given these attributes and no other. */
export const leaseProjection = {
  ProjectionExpression: Object.values(leaseAttributes)
    .map((name) => `#${name}`)
    .join(', '),
  ExpressionAttributeNames: Object.fromEntries(Object.values(leaseAttributes).map((name) => [`#${name}`, name])),
};

/** The leases among rows of the table. Other rows of KCL 3.5 say in `entityType` what they are, and are passed over. */
export function leasesOf(rows: readonly Row[]): readonly ShardLease[] {
  return rows.filter((row) => (row[leaseAttributes.entityType]?.S ?? 'LEASE') === 'LEASE').map(leaseOf);
}

function leaseOf(row: Row): ShardLease {
  const text = (attribute: keyof typeof leaseAttributes): string | undefined => row[leaseAttributes[attribute]]?.S;
  const [owner, startingHashKey, endingHashKey] = [text('owner'), text('startingHashKey'), text('endingHashKey')];
  const arrivalWatermarkMs = Number(row[leaseAttributes.arrivalWatermark]?.N ?? NaN);
  return {
    leaseKey: text('leaseKey') ?? '',
    checkpoint: text('checkpoint') ?? '',
    ...(startingHashKey !== undefined && { startingHashKey }),
    ...(endingHashKey !== undefined && { endingHashKey }),
    ...(owner !== undefined && { owner }),
    ...(Number.isFinite(arrivalWatermarkMs) && { arrivalWatermarkMs }),
  };
}
