import { environmentsOf } from '../../../lib/ci/environments';

const known = ['dev', 'prod'];

test('an account lets in the environments that are asked for, and all of them when none is', () => {
  expect(environmentsOf('prod', known)).toEqual(['prod']);
  expect(environmentsOf('dev,prod,dev', known)).toEqual(['dev', 'prod']);
  expect(environmentsOf(undefined, known)).toEqual(known);
});

test.each(['qa', '', 'dev,', 'dev, prod', 7])('%p is refused, and what is allowed is named', (asked) => {
  expect(() => environmentsOf(asked, known)).toThrow('must be one or more of dev, prod, separated by commas');
});
