import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { createLeaseTable } from './dynamodb-local';
import type { Fleet } from './fleet';
import { conclude, type ScenarioResult } from './mixed-fleet';

/**
 * Java KCL 2.x, Java KCL 3.x in its 2.x-compatible mode and our workers at once on one lease table.
 *
 * Where 3.5 finds no tables of its own from before, it keeps its state in rows of the lease table, and every 2.x worker there
 * stops taking leases (NullPointerException in its lease-taking thread), whether one of ours is there or not. So those tables exist here,
 * as they do where 3.0 to 3.4 ran before.
 */
export async function threeKinds(fleet: Fleet, onStep: (text: string) => void): Promise<ScenarioResult> {
  const step = async (text: string, done: Promise<number>): Promise<void> => {
    onStep(`${text}: ${((await done) / 1000).toFixed(1)} s`);
  };
  await createLeaseTable(fleet.dynamodb, fleet.props.name);
  await createStateTable(fleet, `${fleet.props.name}-CoordinatorState`, 'key');
  await createStateTable(fleet, `${fleet.props.name}-WorkerMetricStats`, 'wid');
  fleet.producer.start();
  const ours1 = fleet.start('ours');
  const old1 = fleet.start('2.x');
  await step('ours and 2.x, equal shares', fleet.balanced([ours1, old1]));
  const new1 = fleet.start('3.x');
  await step('3.x joins, equal shares', fleet.balanced([ours1, old1, new1]));
  await fleet.stop(ours1);
  await step('ours stopped cleanly, 2.x and 3.x share', fleet.balanced([old1, new1]));
  const ours2 = fleet.start('ours');
  await step('ours joins, equal shares', fleet.balanced([ours2, old1, new1]));
  await fleet.kill(old1);
  await step('2.x killed, ours and 3.x share', fleet.balanced([ours2, new1]));
  const old2 = fleet.start('2.x');
  await step('2.x joins, equal shares', fleet.balanced([ours2, new1, old2]));
  await fleet.kill(new1);
  await step('3.x killed, ours and 2.x share', fleet.balanced([ours2, old2]));
  await fleet.producer.stop();
  await step('every record is processed', fleet.drained());
  await Promise.all([ours2, old2].map((worker) => fleet.stop(worker)));
  return await conclude(fleet, []);
}

async function createStateTable({ dynamodb }: Fleet, TableName: string, key: string): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 0.2, maxDelay: 1 }, { TableName });
}
