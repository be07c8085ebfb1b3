import * as http from 'node:http';
import { cutOff } from '../../../local/aws/http/faults';
import { readBody, startServer, type Request, type Response } from '../../../local/aws/http/server';
import type { LocalService } from '../../../local/aws/service';

/** What went through for one operation on one table. */
export interface OperationCount {
  readonly operation: string;
  readonly table: string;
  requests: number;
  /** Capacity units that DynamoDB says it consumed. */
  capacityUnits: number;
}

export interface ProxyProps {
  /** Where requests go: `http://127.0.0.1:<port>`. */
  readonly target: string;
}

export interface CountingProxy extends LocalService {
  /** Since the start, by operation and table. */
  counts(): readonly OperationCount[];
}

/** Stands between clients and DynamoDB, asks it what each request consumed, and counts. */
export async function startCountingProxy(props: ProxyProps): Promise<CountingProxy> {
  const { hostname, port } = new URL(props.target);
  const agent = new http.Agent({ keepAlive: true });
  const counts = new Map<string, OperationCount>();
  const service = await startServer('counting proxy', (request, response) => {
    void pass(request, response).catch(() => cutOff(response));
  });

  const pass = async (request: Request, response: Response): Promise<void> => {
    let body = await readBody(request);
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const input = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const table = typeof input['TableName'] === 'string' ? input['TableName'] : '';
    if (metered.has(operation)) {
      body = Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }));
    }
    const reply = await forward(request, body);
    count(operation, table, consumed(reply.body));
    if (!response.destroyed) {
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body);
    }
  };

  const forward = (request: Request, body: Buffer): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const kept = Object.entries(request.headers).filter(([name]) => !name.startsWith(':') && !ofTheConnection.has(name));
      const headers = { ...Object.fromEntries(kept), 'content-length': body.length };
      const path = request.url ?? '/';
      const onward = http.request({ hostname, port, method: request.method ?? 'POST', path, headers, agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const own = Object.entries(answer.headers).filter(([name]) => !ofTheConnection.has(name));
          resolve({ status: answer.statusCode ?? 500, headers: Object.fromEntries(own), body: Buffer.concat(chunks) });
        });
      });
      onward.on('error', reject);
      onward.end(body);
    });

  const count = (operation: string, table: string, capacityUnits: number): void => {
    const key = `${table} ${operation}`;
    const entry = counts.get(key) ?? { operation, table, requests: 0, capacityUnits: 0 };
    entry.requests += 1;
    entry.capacityUnits += capacityUnits;
    counts.set(key, entry);
  };

  return {
    ...service,
    counts: () => [...counts.values()].map((entry) => ({ ...entry })),
    close: async () => {
      await service.close();
      agent.destroy();
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Headers that belong to one connection and are not passed on. */
const ofTheConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

/** The operations of DynamoDB that tell what they consumed. */
const metered: ReadonlySet<string> = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan']);

function consumed(body: Buffer): number {
  const { ConsumedCapacity } = JSON.parse(body.toString('utf8')) as { ConsumedCapacity?: { CapacityUnits?: number } };
  return ConsumedCapacity?.CapacityUnits ?? 0;
}
