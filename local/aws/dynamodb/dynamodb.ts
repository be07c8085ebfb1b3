import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { callerOf, type ApiRecorder } from '../http/api-call';
import { cutOff, type FaultPlan, type FaultTarget } from '../http/faults';
import { readBody, startServer, type Request, type Response } from '../http/server';
import type { LocalService } from '../service';
import { FaultyResponse } from './faulty-response';

/** The type of a key attribute: string, number or binary. */
export type KeyType = 'S' | 'N' | 'B';

/** A table to create. */
export interface TableSettings {
  readonly name: string;
  readonly partitionKey: string;
  /** @default 'S' */
  readonly partitionKeyType?: KeyType;
  /** @default - none: the partition key alone is the key */
  readonly sortKey?: string;
  /** @default 'S' */
  readonly sortKeyType?: KeyType;
}

export interface DynamoDbProps {
  readonly tables: readonly TableSettings[];
  /**
   * A folder that keeps the tables beyond this process (LevelDB). What was written survives `kill -9`; a power cut may take the last
   * writes. For one process at a time: who starts a second one waits for ever. @default - in memory
   */
  readonly directory?: string;
  /** Port to listen on. @default - one that the system chooses */
  readonly port?: number;
  /** What goes wrong, on purpose: throttling, slow replies, lost ones. The creation of `tables` goes well. @default - nothing */
  readonly faults?: FaultPlan;
  /** Told of every request but those that create `tables`. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/**
 * Starts DynamoDB in this process: dynalite, with the tables created and ACTIVE. Conditional writes are real. dynalite
 * has no transactions, time to live or streams (it answers such operations with UnknownOperationException), and ignores
 * ReturnValuesOnConditionCheckFailure.
 */
export async function startDynamoDb(props: DynamoDbProps): Promise<LocalService> {
  const { directory } = props;
  if (directory !== undefined) {
    mkdirSync(directory, { recursive: true });
  }
  const database = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(directory !== undefined && { path: directory }),
  });
  let faults: FaultPlan | undefined;
  let recorder: ApiRecorder | undefined;
  const answer = (request: Request, body: Buffer, response: Response): void => {
    const target = faults === undefined && recorder === undefined ? undefined : targetOf(request, body);
    const fault = target === undefined ? undefined : faults?.(target);
    if (target !== undefined) {
      recorder?.({ caller: callerOf(request), ...target });
    }
    if (fault === undefined) {
      database.emit('request', detached(request, body), response);
    } else if (fault.drop === 'request') {
      cutOff(response);
    } else if (fault.error !== undefined) {
      new FaultyResponse(response, fault).fail(fault.error);
    } else {
      database.emit('request', detached(request, body), new FaultyResponse(response, fault));
    }
  };
  const handle = (request: Request, response: Response): void => {
    readBody(request).then(
      (body) => answer(request, body, response),
      // The caller went away in the middle of its request: nobody is left to answer.
      () => response.destroy(),
    );
  };
  const service = await startServer('dynamodb', handle, props.port);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= service.close().then(() => (directory === undefined ? undefined : closeFiles(database))));
  try {
    await createTables(service.endpoint, props.tables);
    faults = props.faults;
    recorder = props.recorder;
  } catch (error: unknown) {
    await close();
    throw error;
  }
  return { ...service, close };
}

/** dynalite closes its files with its own server, and only if that listens. */
function closeFiles(database: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    database.once('error', reject);
    database.listen(0, '127.0.0.1', () => database.close((error) => (error ? reject(error) : resolve())));
  });
}

/**
 * The request apart from its connection. dynalite throws out of an event handler, and so ends the process, when a caller is killed
 * while its request is dealt with; a request that is a plain stream cannot fail any more.
 */
function detached({ method, url, headers }: Request, body: Buffer): Readable {
  return Object.assign(Readable.from(body.length === 0 ? [] : [body]), { method, url, headers });
}

/** What is asked for. A request that is not JSON is for dynalite to refuse. */
function targetOf(request: Request, body: Buffer): FaultTarget | undefined {
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  try {
    const input = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>;
    return { service: 'dynamodb', operation, input };
  } catch (error: unknown) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

async function createTables(endpoint: string, tables: readonly TableSettings[]): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  try {
    for (const { name, partitionKey, partitionKeyType = 'S', sortKey, sortKeyType = 'S' } of tables) {
      const key: KeySchemaElement[] = [{ AttributeName: partitionKey, KeyType: 'HASH' }];
      const attributes = [{ AttributeName: partitionKey, AttributeType: partitionKeyType }];
      if (sortKey !== undefined) {
        key.push({ AttributeName: sortKey, KeyType: 'RANGE' });
        attributes.push({ AttributeName: sortKey, AttributeType: sortKeyType });
      }
      const command = {
        TableName: name,
        KeySchema: key,
        AttributeDefinitions: attributes,
        BillingMode: 'PAY_PER_REQUEST' as const,
      };
      try {
        await client.send(new CreateTableCommand(command));
      } catch (error: unknown) {
        await checkExisting(client, name, key, error);
      }
      await becomesActive(client, name);
    }
  } finally {
    client.destroy();
  }
}

/**
 * A table that an earlier process has left is taken as it is.
 * @throws Error when its key is another one; `reason` when there is no such table
 */
async function checkExisting(
  client: DynamoDBClient,
  name: string,
  key: readonly KeySchemaElement[],
  reason: unknown,
): Promise<void> {
  if (!(reason instanceof ResourceInUseException)) {
    throw reason;
  }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const keyOf = (schema: readonly KeySchemaElement[] = []): string =>
    schema.map(({ AttributeName, KeyType }) => `${AttributeName ?? ''} ${KeyType ?? ''}`).join(', ');
  if (keyOf(Table?.KeySchema) !== keyOf(key)) {
    throw new Error(`the table ${name} has the key ${keyOf(Table?.KeySchema)} since an earlier run, not ${keyOf(key)}`, {
      cause: reason,
    });
  }
}

/** dynalite makes a table ACTIVE a moment after it has answered, even when told to take no time. */
async function becomesActive(client: DynamoDBClient, name: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') {
      return;
    }
    await setImmediate();
  }
}
