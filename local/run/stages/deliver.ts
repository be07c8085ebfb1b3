import type { OutDirectory } from '../../cli/out-directory';
import { auditLake, type LakeAudit } from '../lake-audit';
import type { LocalAws } from '../local-aws';
import type { Report } from '../report';
import { deliveryFolder, type Roles } from '../roles';

export interface DeliverResult {
  readonly audit: LakeAudit;
  readonly firehose: Report['firehose'];
}

/**
 * Has Firehose deliver what it buffers, as if its interval had passed, and counts what lies in the lake. Delivering before, while there
 * is something else to wait for, takes nothing from it.
 */
export async function deliver(roles: Roles, aws: LocalAws, out: OutDirectory): Promise<DeliverResult> {
  await aws.firehose.flush();
  const folders = Object.fromEntries(
    Object.entries(roles.deliveryStreams).map(([table, deliveryStream]) => [table, deliveryFolder(out.s3, deliveryStream)]),
  );
  const audit = await auditLake(folders, deliveryFolder(out.s3, roles.quarantineStream));
  const firehose = { records: 0, payloadBytes: 0, billedBytes: 0 };
  for (const { records, payloadBytes, billedBytes } of Object.values(aws.firehose.statistics())) {
    firehose.records += records;
    firehose.payloadBytes += payloadBytes;
    firehose.billedBytes += billedBytes;
  }
  return { audit, firehose };
}
