import type { Fleet } from './fleet';
import { createLeaseTable } from './dynamodb-local';

/**
 * A fleet of the Java KCL 3.x in its native mode owns a table: our worker must refuse to start there, and say why.
 *
 * @returns what did not come out as it must
 */
export async function nativeFleetIsRefused(fleet: Fleet, onStep: (text: string) => void): Promise<readonly string[]> {
  await createLeaseTable(fleet.dynamodb, fleet.props.name);
  fleet.producer.start();
  const java = fleet.start('3.x native');
  const waited = await fleet.balanced([java], 90_000);
  onStep(`native 3.x fleet works: ${(waited / 1000).toFixed(1)} s`);
  const ours = fleet.start('ours');
  const code = await ours.exited;
  const message = ours
    .logText()
    .split('\n')
    .find((line) => line.startsWith('NATIVE_KCL3_FLEET'));
  onStep(`ours ends with code ${String(code)}: ${message ?? 'no message'}`);
  const failures: string[] = [];
  if (code !== 3 || message === undefined) {
    failures.push(`our worker did not refuse the table of a native 3.x fleet, see ${ours.log}`);
  }
  if (ours.sessions().length > 0) {
    failures.push('our worker read shards of a native 3.x fleet');
  }
  await fleet.producer.stop();
  await fleet.stop(java);
  return failures;
}
