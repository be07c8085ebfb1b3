import type { Domain } from '../../core/domain';
import { jsonKey, jsonKeys } from '../../core/json-key';
import { domains } from '../../domains';

describe('the JSON keys of columns', () => {
  test('depend on nothing but the name, so that they never change: rows under way keep their meaning', () => {
    expect(['device_id', 'sequence', 'event_time', 'temperature_mean'].map(jsonKey)).toEqual(['45zd', 'z2aw', 'bh15', 'jqbn']);
  });

  test.each(Object.values(domains).flatMap((domain) => Object.keys(domain.tables).map((table) => [domain, table] as const)))(
    'are one of a kind within a table (%#)',
    (domain, table) => {
      const keys = Object.values(jsonKeys(domain, table));
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.every((key) => /^[0-9a-z]{4}$/.test(key))).toBe(true);
    },
  );

  test('a table with two columns of the same key is refused, and both are named', () => {
    const [one, other] = collision();
    const column = (name: string) => ({ name, type: 'double', doc: 'x' }) as const;
    const domain = { name: 'd', tables: { t: { doc: 'x', columns: [column(one), column(other)] } } } as unknown as Domain;
    expect(() => jsonKeys(domain, 't')).toThrow(`the columns ${one} and ${other} come to the same JSON key`);
  });
});

function collision(): [string, string] {
  const seen = new Map<string, string>();
  for (let n = 0; ; n += 1) {
    const name = `column_${n}`;
    const other = seen.get(jsonKey(name));
    if (other !== undefined) {
      return [other, name];
    }
    seen.set(jsonKey(name), name);
  }
}
