import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { readConfiguration } from '../../../lib/config/read-configuration';
import { alarmId, type AlarmDefinition } from '../../../lib/monitoring/alarms/alarm-definition';
import { alarmTable } from '../../../lib/monitoring/alarms/alarm-table';
import { watchedFixture } from './watched-fixture';

const text = readFileSync(join(projectRoot, 'docs', 'runbook.md'), 'utf8');
const [, alarmsPart = ''] = /\n## Alarms\n(.*?)\n## /s.exec(text) ?? [];
const sections = new Map(
  alarmsPart
    .split(/\n### /)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', section] as const),
);

/** Everything that may be watched, so that no alarm is left out. */
const definitions: readonly AlarmDefinition[] = alarmTable(watchedFixture(readConfiguration({})));
const { deliveries, ...rest } = watchedFixture(readConfiguration({}));
const byDefault = {
  ...rest,
  endpoint: undefined,
  deliveries: deliveries.map((delivery) => ({ ...delivery, transforms: false })),
};
const kinds = [...new Set(definitions.map(({ kind }) => kind))];

describe('the runbook', () => {
  it('has a section for each alarm, and none for an alarm that there is not', () => {
    expect([...sections.keys()].sort()).toEqual([...kinds].sort());
  });

  it.each([...sections])(
    'says of %s what it means, how bad it is, where to look, what to do, and when it is over',
    (_kind, section) => {
      const labels = [...section.matchAll(/^\*\*(.+?):\*\*/gm)].map(([, label]) => label);
      expect(labels).toEqual(['Means', 'How bad', 'Look first', 'Do', 'Back to sleep when']);
    },
  );

  it('lists each with the severity that it has', () => {
    const rows = [...text.matchAll(/^\| \[([\w-]+)\]\(#([\w-]+)\) +\| (\w+) +\|/gm)].map(([, name, anchor, severity]) => ({
      name,
      anchor,
      severity,
    }));
    expect(rows.every(({ name, anchor }) => name === anchor)).toBe(true);
    const severities = new Map(definitions.map(({ kind, severity }) => [kind, severity]));
    expect(Object.fromEntries(rows.map(({ name, severity }) => [name, severity]))).toEqual(Object.fromEntries(severities));
  });

  it('names only configuration keys that there are', () => {
    const config = readConfiguration({}) as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    const keys = [...text.matchAll(/`(monitoring|consumer|ingestion|delivery|training|scoring|lake)\.(\w+)/g)];
    expect(keys.length).toBeGreaterThan(20);
    const optional = ['monitoring.pageTopicArn'];
    const unknown = keys
      .filter(([, section = '', key = '']) => !(key in (config[section] ?? {})))
      .map(([, section = '', key = '']) => `${section}.${key}`)
      .filter((key) => !optional.includes(key));
    expect(unknown).toEqual([]);
  });

  it('counts what the alarms cost', () => {
    // One for each metric that an alarm reads.
    const read = ({ metric }: AlarmDefinition): number =>
      'usingMetrics' in metric ? Math.max(1, Object.keys(metric.usingMetrics).length) : 1;
    const plain = alarmTable(byDefault);
    const total = plain.reduce((sum, definition) => sum + read(definition), 0);
    const ofTable = plain.filter((definition) => alarmId(definition).endsWith('-readings')).length;
    expect(text).toContain(`${total - ofTable}, and ${ofTable} per table`);
    const ofEndpoint = definitions.length - alarmTable({ ...watchedFixture(readConfiguration({})), endpoint: undefined }).length;
    expect(text).toContain(`${ofEndpoint} with an endpoint`);
  });
});
