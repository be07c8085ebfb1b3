import type { ApiRecorder } from '../http/api-call';
import { AwsError, notSupported } from '../http/aws-error';
import { startJsonService, type Operation } from '../http/json-service';
import type { ObjectStore } from '../s3/object-store';
import type { LocalService } from '../service';
import type { AthenaDatabase, AthenaWorkgroup } from './catalog';
import { Execution } from './execution';

export interface AthenaProps {
  readonly databases: readonly AthenaDatabase[];
  readonly workgroups: readonly AthenaWorkgroup[];
  /** Holds the tables' files and takes the results. */
  readonly store: ObjectStore;
  /** @default - the clock of this machine */
  readonly clock?: { now(): number };
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

type Input = Readonly<Record<string, unknown>>;

const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequestException', message);

/** Most rows in a page of results, the header among them. https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html */
const maxPageRows = 1000;

/**
 * Amazon Athena over the tables of a catalog; the SQL runs in DuckDB, so a statement must be one that both understand.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html
 */
export async function startAthena(props: AthenaProps): Promise<LocalService> {
  const executions = new Map<string, Execution>();
  const server = await startJsonService({
    name: 'athena',
    targetPrefix: 'AmazonAthena',
    operations: operations(props, executions),
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
  });
  return {
    ...server,
    close: async () => {
      await server.close();
      for (const execution of executions.values()) {
        execution.cancel();
      }
      await Promise.all([...executions.values()].map(({ ended }) => ended));
    },
  };
}

function operations(props: AthenaProps, executions: Map<string, Execution>): Readonly<Record<string, Operation>> {
  const byToken = new Map<string, { readonly query: string; readonly id: string }>();
  const find = ({ QueryExecutionId }: Input): Execution => {
    const execution = executions.get(String(QueryExecutionId));
    if (execution === undefined) {
      throw invalidRequest(`QueryExecution ${String(QueryExecutionId)} was not found`);
    }
    return execution;
  };
  return {
    // https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
    StartQueryExecution: (input) => {
      refuseOptions(input);
      const query = input.QueryString;
      if (typeof query !== 'string' || query.trim() === '') {
        throw invalidRequest('QueryString is missing');
      }
      const token = typeof input.ClientRequestToken === 'string' ? input.ClientRequestToken : undefined;
      const started = token === undefined ? undefined : byToken.get(token);
      if (started !== undefined) {
        if (started.query !== query) {
          throw invalidRequest('Idempotent parameters do not match');
        }
        return { QueryExecutionId: started.id };
      }
      const execution = new Execution({
        store: props.store,
        databases: props.databases,
        database: databaseOf(props, input.QueryExecutionContext),
        workgroup: workgroupOf(props, input.WorkGroup),
        query,
        now: () => (props.clock ?? Date).now(),
      });
      executions.set(execution.id, execution);
      if (token !== undefined) {
        byToken.set(token, { query, id: execution.id });
      }
      return { QueryExecutionId: execution.id };
    },
    // https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryExecution.html
    GetQueryExecution: (input) => ({ QueryExecution: describe(find(input)) }),
    // https://docs.aws.amazon.com/athena/latest/APIReference/API_StopQueryExecution.html
    StopQueryExecution: (input) => {
      find(input).cancel();
      return {};
    },
    GetQueryResults: (input) => results(find(input), input),
  };
}

function refuseOptions(input: Input): void {
  const known = ['QueryString', 'ClientRequestToken', 'QueryExecutionContext', 'WorkGroup', 'ResultConfiguration'];
  const unknown = Object.keys(input).find((name) => !known.includes(name) && input[name] !== undefined && input[name] !== null);
  if (unknown !== undefined) {
    throw notSupported(`athena: StartQueryExecution with ${unknown}`);
  }
}

function databaseOf({ databases }: AthenaProps, context: unknown): AthenaDatabase | undefined {
  const { Database: name, Catalog: catalog } = (context ?? {}) as { readonly Database?: string; readonly Catalog?: string };
  if (catalog !== undefined && catalog !== 'AwsDataCatalog') {
    throw notSupported(`athena: the data catalog ${catalog}`);
  }
  const found = databases.find((database) => database.name === name);
  if (name !== undefined && found === undefined) {
    throw invalidRequest(`Database ${name} not found; there are ${databases.map((database) => database.name).join(', ')}`);
  }
  return found;
}

function workgroupOf({ workgroups }: AthenaProps, given: unknown): AthenaWorkgroup {
  const name = typeof given === 'string' ? given : 'primary';
  const found = workgroups.find((workgroup) => workgroup.name === name);
  if (found === undefined) {
    throw invalidRequest(`WorkGroup ${name} is not found.`);
  }
  return found;
}

function describe(execution: Execution): object {
  const { props, submittedMs, completedMs } = execution;
  return {
    QueryExecutionId: execution.id,
    Query: props.query,
    StatementType: 'DML',
    WorkGroup: props.workgroup.name,
    QueryExecutionContext: { Database: props.database?.name, Catalog: 'AwsDataCatalog' },
    ResultConfiguration: { OutputLocation: execution.outputLocation },
    Status: {
      State: execution.state,
      StateChangeReason: execution.reason,
      SubmissionDateTime: submittedMs / 1000,
      CompletionDateTime: completedMs === undefined ? undefined : completedMs / 1000,
      ...(execution.state === 'FAILED'
        ? { AthenaError: { ErrorCategory: 2, Retryable: false, ErrorMessage: execution.reason } }
        : {}),
    },
    Statistics: {
      DataScannedInBytes: execution.scannedBytes,
      TotalExecutionTimeInMillis: (completedMs ?? submittedMs) - submittedMs,
      DataManifestLocation: execution.manifestLocation,
    },
  };
}

function results(execution: Execution, input: Input): object {
  const { result } = execution;
  if (result === undefined || execution.state !== 'SUCCEEDED') {
    throw invalidRequest(`Query has not yet finished. Current state: ${execution.state}`);
  }
  const limit = input.MaxResults ?? maxPageRows;
  const start = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (typeof limit !== 'number' || limit < 1 || limit > maxPageRows || !Number.isInteger(start) || start < 0) {
    throw invalidRequest('MaxResults or NextToken is not valid');
  }
  const header = result.columns.length === 0 ? [] : [result.columns.map(({ name }) => name)];
  const lines = [...header, ...result.rows];
  const page = lines.slice(start, start + limit);
  return {
    UpdateCount: result.updateCount,
    NextToken: start + limit < lines.length ? String(start + limit) : undefined,
    ResultSet: {
      Rows: page.map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
      ResultSetMetadata: {
        ColumnInfo: result.columns.map(({ name, type }) => ({
          CatalogName: 'hive',
          SchemaName: '',
          TableName: '',
          Name: name,
          Label: name,
          Type: type,
          Nullable: 'UNKNOWN',
        })),
      },
    },
  };
}
