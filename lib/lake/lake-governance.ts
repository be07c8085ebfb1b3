import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { DataLocation } from './data-location';
import { predictionsTableName } from '../../core/predictions';
import type { Lake } from './lake';
import { TableGrants } from './table-grants';

export interface LakeGovernanceProps {
  readonly lake: Lake;
  /** ARNs of the roles and users that may query all tables, beside the pipeline itself. */
  readonly readers: readonly string[];
}

/** Hands the tables over to Lake Formation, and grants them to the readers; the quarantine, which holds what devices sent, to nobody. */
export class LakeGovernance extends Construct {
  constructor(scope: Construct, id: string, { lake, readers }: LakeGovernanceProps) {
    super(scope, id);
    new DataLocation(this, 'DataLocation', { lake });
    const { defaultChild } = lake.database.node;
    if (CfnDatabase.isCfnDatabase(defaultChild)) {
      // The construct has no property for it: else tables made here would be open to whomever IAM lets, as the account's default has it.
      defaultChild.addPropertyOverride('DatabaseInput.CreateTableDefaultPermissions', []);
    }
    readers.forEach((principalArn, index) => {
      new TableGrants(this, `Reader${index}`, {
        lake,
        principalArn,
        tables: [...Object.keys(lake.tables), predictionsTableName],
        permissions: ['DESCRIBE', 'SELECT'],
      });
    });
  }
}
