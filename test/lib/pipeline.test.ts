import { Template } from 'aws-cdk-lib/assertions';
import { domains } from '../../domains';
import { tableColumns } from '../../core/common-columns';
import { readConfiguration } from '../../lib/config/read-configuration';
import { stages } from '../../lib/config/stages';
import { pipelinePrefix } from '../../lib/pipeline';
import { buildFixture, propertiesOf } from './build-fixture';
import { fixtureDomain } from './fixture-domain';

describe('the pipeline', () => {
  const real = Object.values(domains).flatMap((domain) =>
    Object.keys(stages).map((stage) => ({ domain, stage, name: domain.name })),
  );

  it.each(real)('is built for the domain $name in stage $stage, with its tables in the lake', ({ domain, stage }) => {
    const { lake, delivery } = buildFixture({ domain, context: { stage } });
    const tables = Object.values(propertiesOf(lake, 'AWS::Glue::Table'))
      .map(({ TableInput }) => TableInput as { Name: string; StorageDescriptor: { Columns: { Name: string }[] } })
      .filter(({ Name }) => !['predictions', 'quarantine'].includes(Name));
    expect(
      Object.fromEntries(tables.map((table) => [table.Name, table.StorageDescriptor.Columns.map(({ Name }) => Name)])),
    ).toEqual(
      Object.fromEntries(Object.keys(domain.tables).map((table) => [table, tableColumns(domain, table).map(({ name }) => name)])),
    );
    Template.fromStack(delivery).resourceCountIs('AWS::KinesisFirehose::DeliveryStream', tables.length + 1);
  });

  it('is bound to the account and region that the configuration names, or else to none', () => {
    expect(buildFixture().training.environment).toBe('aws://unknown-account/unknown-region');
    const bound = buildFixture({ change: (config) => ({ ...config, account: '123456789012', region: 'eu-west-1' }) });
    expect(bound.training.environment).toBe('aws://123456789012/eu-west-1');
  });

  it.each([
    ['a domain name that cannot be one', { name: 'My_Domain' }, '-c domain is "My_Domain"'],
    ['a domain name that leaves no room for a job', { name: 'a'.repeat(22) }, 'at most 19 characters'],
    [
      'a table that cannot be one',
      { tables: { Readings: fixtureDomain.tables['readings'] } },
      'tables of domain fixture is "Readings"',
    ],
    ['a table in the place of the quarantine', { tables: { quarantine: { doc: '', columns: [] } } }, 'and not quarantine'],
    ['a table in the place of predictions', { tables: { predictions: { doc: '', columns: [] } } }, 'or predictions'],
    [
      'a column that cannot be one',
      { tables: { readings: { doc: '', columns: [{ name: 'Pressure', type: 'double', doc: '' }] } } },
      'columns of table readings is "Pressure"',
    ],
  ])('refuses %s', (_name, change, message) => {
    expect(() => pipelinePrefix(readConfiguration({}), { ...fixtureDomain, ...(change as object) })).toThrow(message);
  });
});
