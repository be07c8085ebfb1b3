import fc from 'fast-check';
import { canonicalJson, type Json } from '../../../lambda/shared/canonical-json';

function shuffled(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map(shuffled);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, shuffled(member)]),
      )
    : value;
}

test('canonical JSON reads back as the value and does not depend on the order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalJson(value as Json);
      expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      expect(canonicalJson(shuffled(value as Json))).toBe(text);
      expect(JSON.stringify(JSON.parse(text))).toHaveLength(JSON.stringify(value).length);
    }),
    { numRuns: 100 },
  );
});
