import { CfnPrincipalPermissions } from 'aws-cdk-lib/aws-lakeformation';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Lake } from './lake';

/** What a grant on a table lets its holder do: see its columns, or query it too. */
export type TablePermission = 'DESCRIBE' | 'SELECT';

export interface TableGrantsProps {
  readonly lake: Lake;
  /** ARN of the role or user that is granted to. */
  readonly principalArn: string;
  /** Tables of the domain, or that of predictions, by name. */
  readonly tables: readonly string[];
  readonly permissions: readonly TablePermission[];
}

/**
 * What a principal needs of Lake Formation to use tables of the lake; beside what IAM grants it, not instead. Nothing when the
 * catalogue is left to IAM. Belongs into the stack that the principal is in, or a later one.
 *
 * @see https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
 */
export class TableGrants extends Construct {
  constructor(scope: Construct, id: string, { lake, principalArn, tables, permissions }: TableGrantsProps) {
    super(scope, id);
    if (!lake.isGoverned) {
      return;
    }
    const { databaseName } = lake.database;
    const catalogId = lake.database.stack.account;
    const grant = (
      grantId: string,
      resource: CfnPrincipalPermissions.ResourceProperty,
      granted: readonly TablePermission[],
    ): void => {
      new CfnPrincipalPermissions(this, grantId, {
        principal: { dataLakePrincipalIdentifier: principalArn },
        resource,
        permissions: [...granted],
        permissionsWithGrantOption: [],
      });
    };
    grant('Database', { database: { catalogId, name: databaseName } }, ['DESCRIBE']);
    for (const table of tables) {
      grant(`Table-${table}`, { table: { catalogId, databaseName, name: lake.glueTable(table).tableName } }, permissions);
    }
  }
}

/**
 * What a role that queries through Athena needs of IAM, to be handed credentials for the tables' files; none when IAM alone governs.
 * The action takes no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslakeformation.html
 */
export function useTableGrants({ isGoverned }: Lake): PolicyStatement[] {
  return isGoverned
    ? [new PolicyStatement({ sid: 'UseTableGrants', actions: ['lakeformation:GetDataAccess'], resources: ['*'] })]
    : [];
}
