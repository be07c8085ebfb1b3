import * as fc from 'fast-check';
import { generatedName, stableUuid } from '../../../local/template/physical-name';

const identifier = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,120}$/);

test('a name is made of the stack and the logical id, in lower case where the service asks for it', () => {
  expect(generatedName('Factory-Delivery', 'Lake8C2', { maxLength: 63, lowerCase: true })).toBe('factory-delivery-lake8c2');
  expect(generatedName('Factory-Delivery', 'Lake8C2', { maxLength: 63 })).toBe('Factory-Delivery-Lake8C2');
});

test('a name always fits the limit and never differs between runs', () => {
  fc.assert(
    fc.property(identifier, identifier, fc.integer({ min: 20, max: 255 }), (stack, id, maxLength) => {
      const name = generatedName(stack, id, { maxLength });
      expect(name.length).toBeLessThanOrEqual(maxLength);
      expect(generatedName(stack, id, { maxLength })).toBe(name);
    }),
  );
});

test('names that are cut still differ', () => {
  const long = 'x'.repeat(100);
  expect(generatedName('Stack', `${long}A`, { maxLength: 63 })).not.toBe(generatedName('Stack', `${long}B`, { maxLength: 63 }));
});

test('an identifier depends on its text alone', () => {
  expect(stableUuid('a')).toBe(stableUuid('a'));
  expect(stableUuid('a')).not.toBe(stableUuid('b'));
  expect(stableUuid('a')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
