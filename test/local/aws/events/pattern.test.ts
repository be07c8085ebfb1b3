import fc from 'fast-check';
import { parsePattern, PatternError } from '../../../../local/aws/events/pattern';

const event = {
  source: 'aws.sagemaker',
  'detail-type': 'SageMaker Model Package State Change',
  resources: ['arn:aws:sagemaker:us-east-1:000000000000:model-package/factory/2'],
  time: '2026-11-20T08:00:00Z',
  detail: {
    ModelPackageGroupName: 'factory',
    ModelPackageVersion: 2,
    ModelApprovalStatus: 'Approved',
    CertifyForMarketplace: false,
    MetadataProperties: null,
    InferenceSpecification: { Containers: [{ Image: 'one' }, { Image: 'two' }] },
    Empty: [],
  },
};
const matches = (pattern: unknown, value: unknown = event): boolean => parsePattern(pattern)(value);

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
describe('an event pattern', () => {
  test.each<[string, unknown, boolean]>([
    ['a value', { source: ['aws.sagemaker'] }, true],
    ['one of several', { source: ['aws.s3', 'aws.sagemaker'] }, true],
    ['another value', { source: ['aws.s3'] }, false],
    ['every field', { source: ['aws.sagemaker'], detail: { ModelApprovalStatus: ['Approved'], ModelPackageVersion: [2] } }, true],
    ['every field but one', { source: ['aws.sagemaker'], detail: { ModelApprovalStatus: ['Rejected'] } }, false],
    ['a field that is not there', { detail: { ModelPackageName: ['factory'] } }, false],
    ['false and null', { detail: { CertifyForMarketplace: [false], MetadataProperties: [null] } }, true],
    ['a number, not its text', { detail: { ModelPackageVersion: ['2'] } }, false],
    ['an entry of a list', { resources: ['x', 'arn:aws:sagemaker:us-east-1:000000000000:model-package/factory/2'] }, true],
    ['a field of an entry of a list', { detail: { InferenceSpecification: { Containers: { Image: ['two'] } } } }, true],
    ['no entry of a list', { detail: { InferenceSpecification: { Containers: { Image: ['three'] } } } }, false],
    ['prefix', { time: [{ prefix: '2026-11-20' }] }, true],
    ['prefix of a list', { resources: [{ prefix: 'arn:aws:sagemaker' }] }, true],
    ['another prefix', { time: [{ prefix: '2026-11-21' }] }, false],
    ['prefix of no text', { detail: { ModelPackageVersion: [{ prefix: '2' }] } }, false],
    ['anything-but', { detail: { ModelApprovalStatus: [{ 'anything-but': 'Rejected' }] } }, true],
    ['anything-but a list', { detail: { ModelApprovalStatus: [{ 'anything-but': ['Rejected', 'Approved'] }] } }, false],
    ['anything-but numbers', { detail: { ModelPackageVersion: [{ 'anything-but': [1, 3] }] } }, true],
    ['anything-but a prefix', { detail: { ModelApprovalStatus: [{ 'anything-but': { prefix: 'Rej' } }] } }, true],
    ['anything-but of a field that is not there', { detail: { Other: [{ 'anything-but': 'x' }] } }, false],
    ['exists', { detail: { ModelApprovalStatus: [{ exists: true }] } }, true],
    ['exists, null', { detail: { MetadataProperties: [{ exists: true }] } }, true],
    ['does not exist', { detail: { ModelPackageName: [{ exists: false }] } }, true],
    ['does not exist below what is not there', { detail: { Other: { Name: [{ exists: false }] } } }, true],
    ['does not exist, and does', { detail: { ModelApprovalStatus: [{ exists: false }] } }, false],
    ['exists on leaves alone', { detail: { InferenceSpecification: [{ exists: true }] } }, false],
    ['exists in an empty list', { detail: { Empty: [{ exists: true }] } }, false],
    ['numeric', { detail: { ModelPackageVersion: [{ numeric: ['>', 1, '<=', 2] }] } }, true],
    ['numeric, beyond', { detail: { ModelPackageVersion: [{ numeric: ['>', 2] }] } }, false],
    ['numeric of no number', { detail: { ModelApprovalStatus: [{ numeric: ['=', 2] }] } }, false],
    ['a comparison or a value', { detail: { ModelPackageVersion: [{ numeric: ['<', 0] }, 2] } }, true],
  ])('with %s', (_, pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ['that is empty', {}, 'the event pattern must be an object with fields'],
    ['with a value instead of a list', { source: 'aws.s3' }, 'source must be an object with fields'],
    ['that allows nothing', { source: [] }, 'source allows nothing'],
    ['with a wildcard', { detail: { name: [{ wildcard: '*.png' }] } }, 'detail.name: the comparison wildcard is not supported'],
    ['with a suffix', { source: [{ suffix: 'x' }] }, 'the comparison suffix is not supported'],
    ['with a prefix in any case', { source: [{ prefix: { 'equals-ignore-case': 'x' } }] }, 'prefix {"equals-ignore-case":"x"}'],
    [
      'with anything but a suffix',
      { source: [{ 'anything-but': { suffix: 'x' } }] },
      'anything-but with suffix is not supported',
    ],
    ['with anything but text and numbers', { source: [{ 'anything-but': ['x', 1] }] }, 'texts or numbers, not both'],
    ['with alternatives', { $or: [{ source: ['a'] }] }, '$or is not supported'],
    ['with a comparison of three', { source: [{ numeric: ['>', 0, '<', 1, '=', 2] }] }, 'one or two comparisons'],
    ['with an operator that is none', { source: [{ numeric: ['!=', 0] }] }, 'numeric takes one or two of'],
    ['with two comparisons in one', { source: [{ prefix: 'x', exists: true }] }, 'one comparison at a time'],
    ['with a list in a list', { source: [['x']] }, '["x"] is no value to compare with'],
    ['of 5,000 characters', { source: ['x'.repeat(5000)] }, 'at most 4096 characters'],
  ])('%s is refused', (_, pattern, message) => {
    expect(() => parsePattern(pattern)).toThrow(PatternError);
    expect(() => parsePattern(pattern)).toThrow(message);
  });

  test('made of what an event holds matches it, and matches no event without one of the fields', () => {
    const leaf = fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean(), fc.constant(null));
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.startsWith('$') && text !== '__proto__');
    const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
      tree: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, leaf, tie('tree')), { minKeys: 1, maxKeys: 4 }),
    }));
    const patternOf = (value: unknown): unknown =>
      typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, patternOf(entry)]))
        : [value];
    fc.assert(
      fc.property(tree, (value) => {
        const pattern = parsePattern(patternOf(value));
        expect(pattern({ ...value, more: 1 })).toBe(true);
        const [first = ''] = Object.keys(value);
        const others = Object.fromEntries(Object.entries(value).filter(([key]) => key !== first));
        expect(pattern(others)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
