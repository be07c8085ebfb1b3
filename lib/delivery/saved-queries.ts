import { CfnNamedQuery, type CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Domain } from '../../core/domain';
import type { Lake } from '../lake/lake';
import { namedQueries } from './named-queries';

export interface SavedQueriesProps {
  readonly domain: Domain;
  readonly lake: Lake;
  readonly workgroup: CfnWorkGroup;
}

/** The domain's queries, saved in the workgroup: Athena's editor lists them under "Saved queries". */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { domain, lake, workgroup }: SavedQueriesProps) {
    super(scope, id);
    for (const { id: queryId, title, description, sql } of namedQueries(domain)) {
      new CfnNamedQuery(this, queryId, {
        name: title,
        // Longest description of a saved query. https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html
        description: description.slice(0, 1_024),
        database: lake.database.databaseName,
        workGroup: workgroup.ref,
        queryString: sql,
      });
    }
  }
}
