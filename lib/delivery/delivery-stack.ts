import { jsonKeys } from '../../core/json-key';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Lake } from '../lake/lake';
import { logGroup } from '../shared/log-group';
import type { PipelineStackProps } from '../shared/pipeline-stack-props';
import { LakeDelivery } from './lake-delivery';
import { QueryWorkgroup } from './query-workgroup';

export interface DeliveryStackProps extends PipelineStackProps {
  readonly lake: Lake;
}

/** The ways into the lake, and the SQL over it. Stateless. */
export class DeliveryStack extends Stack {
  /** By table of the domain. */
  readonly tableDeliveries: Readonly<Record<string, LakeDelivery>>;
  readonly quarantineDelivery: LakeDelivery;
  readonly workgroup: QueryWorkgroup;

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const { config, domain, lake, prefix } = props;
    const shared = { lake, config: config.delivery, logGroup: logGroup(this, 'Logs', config) };
    this.tableDeliveries = Object.fromEntries(
      Object.keys(domain.tables).map((table) => [
        table,
        new LakeDelivery(this, `Delivery-${table}`, {
          ...shared,
          delivered: { kind: 'table', table, jsonKeys: jsonKeys(domain, table) },
        }),
      ]),
    );
    this.quarantineDelivery = new LakeDelivery(this, 'Quarantine', { ...shared, delivered: { kind: 'quarantine' } });
    this.workgroup = new QueryWorkgroup(this, 'Queries', { config, lake, name: prefix });
    new CfnOutput(this, 'WorkgroupName', {
      value: this.workgroup.name,
      description: 'The Athena workgroup to query the lake with',
    });
  }
}
