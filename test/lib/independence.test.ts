import type { StageSettings } from '../../lib/config/pipeline-config';
import type { Pipeline } from '../../lib/pipeline';
import { buildFixture } from './build-fixture';
import { membersNamed, templatesOf, type StackTemplate } from './templates';

type StackName = keyof Pipeline;

const build = (settings: StageSettings): readonly StackTemplate[] => templatesOf(buildFixture({ settings }));

describe('each stack', () => {
  const base = build({});

  // A key, and the stacks that it is about; what is not named here must not have changed by a byte.
  it.each<readonly [string, StageSettings, readonly StackName[]]>([
    ['the addresses of the network', { network: { mode: 'new', cidr: '10.9.0.0/16' } }, ['foundation']],
    ['who is written to', { monitoring: { emails: ['a@example.com'] } }, ['foundation']],
    ['the retention of the stream', { ingestion: { retentionHours: 48 } }, ['ingestion', 'monitoring']],
    ['the shards', { ingestion: { capacity: { mode: 'provisioned', shards: 4 } } }, ['ingestion']],
    ['the gateways', { ingestion: { gatewayPrincipals: ['arn:aws:iam::123456789012:root'] } }, ['ingestion']],
    ['how long files live', { lake: { expireAfterDays: 365 } }, ['lake']],
    ['the size of Firehose’s buffer', { delivery: { bufferSizeMiB: 128 } }, ['delivery']],
    ['the limit of a query', { delivery: { queryScanLimitGiB: 20 } }, ['delivery']],
    ['the memory of a task', { consumer: { memoryMiB: 2_048 } }, ['consumer']],
    ['how records are read', { consumer: { failoverTimeMs: 20_000, logLevel: 'debug' } }, ['consumer']],
    ['the training instance', { training: { instanceType: 'ml.m5.4xlarge' } }, ['training']],
    ['the gates of training', { training: { gates: { minimumRows: 2_000 } } }, ['training']],
    ['when rows are scored', { scoring: { schedule: 'rate(2 hours)', memoryMiB: 3_008 } }, ['scoring']],
    ['the share of quarantine that is an alarm', { monitoring: { quarantinePercent: 7 } }, ['monitoring']],
  ])('stays as it is when %s changes, unless it is about that', (_name, settings, expected) => {
    const changed = build(settings);
    const different = base.filter(({ text }, index) => changed[index]?.text !== text).map(({ name }) => name);
    expect(different).toEqual(expected);
  });

  it('exports nothing and imports nothing, so that no other can lock it', () => {
    for (const { name, text, outputs } of base) {
      expect({ name, exports: Object.values(outputs).filter((output) => 'Export' in output) }).toEqual({ name, exports: [] });
      expect(text).not.toContain('Fn::ImportValue');
    }
  });

  it('asks the others only for what they put out', () => {
    const published = new Set(
      base.flatMap(({ stack, outputs }) => Object.keys(outputs).map((output) => `${stack.stackName} ${output}`)),
    );
    const asked = base.flatMap(({ resources }) => membersNamed(resources, 'Fn::GetStackOutput')) as {
      StackName: string;
      OutputName: string;
    }[];
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.map(({ StackName, OutputName }) => `${StackName} ${OutputName}`).filter((name) => !published.has(name))).toEqual(
      [],
    );
  });

  it('is deployed after those that it asks, which never ask it', () => {
    const dependencies = Object.fromEntries(
      base.map(({ name, stack }) => [
        name,
        stack.dependencies.map((other) => base.find((candidate) => candidate.stack === other)?.name).sort(),
      ]),
    );
    expect(dependencies).toEqual({
      foundation: [],
      ingestion: ['foundation'],
      lake: ['foundation'],
      delivery: ['foundation', 'lake'],
      consumer: ['delivery', 'foundation', 'ingestion'],
      // How far the consumers are says when a window is closed.
      training: ['consumer', 'delivery', 'foundation', 'lake'],
      scoring: ['consumer', 'delivery', 'foundation', 'lake'],
      monitoring: ['consumer', 'delivery', 'foundation', 'ingestion', 'scoring', 'training'],
    });
  });
});
