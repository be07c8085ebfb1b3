import { commonColumns, tableColumns } from '../../core/common-columns';
import { domains } from '../../domains';

describe('the columns of a table', () => {
  test('are the common ones, then its own', () => {
    for (const domain of Object.values(domains)) {
      for (const [name, table] of Object.entries(domain.tables)) {
        expect(tableColumns(domain, name)).toEqual([...commonColumns, ...table.columns]);
      }
    }
  });

  test('are not known of a table that does not exist, and those that do are named', () => {
    const [domain] = Object.values(domains);
    expect(() => domain && tableColumns(domain, 'telemetri')).toThrow(
      'domain factory has no table telemetri; it has telemetry, maintenance',
    );
  });
});
