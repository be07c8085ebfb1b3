import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import { setTimeout as delay } from 'node:timers/promises';
import { serviceError, TaskError, type TaskHandler } from './task-handler';

/** How often a running query is asked about, in milliseconds. */
const defaultPollMs = 100;

/**
 * `arn:aws:states:::athena:startQueryExecution.sync`: starts a query and waits for its end. A query that fails or is cancelled
 * fails the task with the query's description as the cause.
 *
 * @param pollMs @default 100
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
 */
export function athenaQuery(client: AthenaClient, pollMs = defaultPollMs): TaskHandler {
  return async (input, { signal }) => {
    const id = await start(client, input as StartQueryExecutionCommandInput, signal);
    for (;;) {
      const execution = await describe(client, id, signal);
      const state = execution.Status?.State;
      if (state === 'SUCCEEDED') {
        return { QueryExecution: plain(execution) };
      }
      if (state === 'FAILED' || state === 'CANCELLED') {
        throw new TaskError('States.TaskFailed', JSON.stringify({ QueryExecution: plain(execution) }));
      }
      await delay(pollMs, undefined, { signal });
    }
  };
}

async function start(client: AthenaClient, input: StartQueryExecutionCommandInput, signal: AbortSignal): Promise<string> {
  try {
    const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand(input), { abortSignal: signal });
    return QueryExecutionId ?? '';
  } catch (error: unknown) {
    throw serviceError('Athena', error);
  }
}

async function describe(client: AthenaClient, id: string, signal: AbortSignal): Promise<QueryExecution> {
  try {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }), {
      abortSignal: signal,
    });
    return QueryExecution ?? {};
  } catch (error: unknown) {
    throw serviceError('Athena', error);
  }
}

/** As the integration writes it: instants are milliseconds since the epoch. */
function plain(execution: QueryExecution): unknown {
  return JSON.parse(
    JSON.stringify(execution, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
      const original = this[key];
      return original instanceof Date ? original.getTime() : value;
    }),
  );
}
