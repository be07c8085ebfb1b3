import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { jsonKeys } from '../../core/json-key';
import type { Lake } from '../lake/lake';
import { TableGrants } from '../lake/table-grants';
import { logGroup } from '../shared/log-group';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import { CsvIntake } from './csv-intake';
import { LakeDelivery } from './lake-delivery';
import { QueryWorkgroup } from './query-workgroup';

export interface DeliveryStackProps extends FoundedStackProps {
  readonly lake: Lake;
  /** Folder with the function that turns CSV lines into rows: `index.js`, which exports `handler`. */
  readonly csvToRowsDirectory: string;
}

/** The ways into the lake, and the SQL over it. Stateless. */
export class DeliveryStack extends Stack {
  /** By table of the domain. */
  readonly tableDeliveries: Readonly<Record<string, LakeDelivery>>;
  readonly quarantineDelivery: LakeDelivery;
  /** By table of the domain; empty unless CSV is taken in. */
  readonly csvIntakes: Readonly<Record<string, CsvIntake>>;
  readonly workgroup: QueryWorkgroup;

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const { config, domain, foundation, lake, prefix } = props;
    const shared = {
      lake,
      config: config.delivery,
      files: config.lake,
      logGroup: logGroup(this, 'Logs', config, foundation.operationsKey),
    };
    this.quarantineDelivery = new LakeDelivery(this, 'Quarantine', { ...shared, delivered: { kind: 'quarantine' } });
    this.csvIntakes = Object.fromEntries(
      (config.delivery.csvIntake ? Object.keys(domain.tables) : []).map((table) => [
        table,
        new CsvIntake(this, `CsvIntake-${table}`, {
          config,
          domain,
          foundation,
          table,
          quarantine: this.quarantineDelivery,
          codeDirectory: props.csvToRowsDirectory,
        }),
      ]),
    );
    this.tableDeliveries = Object.fromEntries(
      Object.keys(domain.tables).map((table) => [
        table,
        new LakeDelivery(this, `Delivery-${table}`, {
          ...shared,
          delivered: { kind: 'table', table, jsonKeys: jsonKeys(domain, table) },
          processorArn: this.csvIntakes[table]?.function.functionArn,
        }),
      ]),
    );
    for (const [table, { role, deliveryStream }] of Object.entries(this.tableDeliveries)) {
      const grants = new TableGrants(this, `Grants-${table}`, {
        lake,
        principalArn: role.roleArn,
        tables: [table],
        // To look up the versions of a table takes the right to query it.
        permissions: ['DESCRIBE', 'SELECT'],
      });
      // The table is looked up when the stream is made.
      deliveryStream.node.addDependency(grants);
    }
    this.workgroup = new QueryWorkgroup(this, 'Queries', { config, domain, lake, name: prefix });
    new CfnOutput(this, 'WorkgroupName', {
      value: this.workgroup.name,
      description: 'The Athena workgroup to query the lake with',
    });
  }
}
