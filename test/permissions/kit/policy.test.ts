import { denied, unused } from './compare';
import { isAllowed, isLike, type AccessRequest, type Statement } from './policy';

function statement(change: Partial<Statement> = {}): Statement {
  return {
    sid: 'Read',
    effect: 'Allow',
    actions: ['s3:GetObject'],
    resources: ['arn:aws:s3:::lake/tables/*'],
    conditions: {},
    ...change,
  };
}

function request(action: string, resource: string, context: AccessRequest['context'] = {}): AccessRequest {
  return { action, resource, context };
}

const read = request('s3:GetObject', 'arn:aws:s3:::lake/tables/readings/1.parquet');

describe('a policy', () => {
  it('allows what a statement names, and nothing else', () => {
    expect(isAllowed([statement()], read)).toBe(true);
    expect(isAllowed([statement()], { ...read, action: 's3:PutObject' })).toBe(false);
    expect(isAllowed([statement()], { ...read, resource: 'arn:aws:s3:::lake/models/1' })).toBe(false);
    expect(isAllowed([], read)).toBe(false);
  });

  it('denies what any statement denies', () => {
    expect(isAllowed([statement(), statement({ effect: 'Deny', resources: ['*'] })], read)).toBe(false);
  });

  it.each([
    [{ StringLike: { 's3:prefix': ['tables/*'] } }, { 's3:prefix': 'tables/readings/' }, true],
    [{ StringLike: { 's3:prefix': ['tables/*'] } }, { 's3:prefix': 'models/' }, false],
    [{ StringLike: { 's3:prefix': ['tables/*'] } }, {}, false],
    [{ StringEquals: { 'iam:PassedToService': ['a', 'b'] } }, { 'iam:PassedToService': 'b' }, true],
    [{ StringEquals: { 'iam:PassedToService': ['a*'] } }, { 'iam:PassedToService': 'ab' }, false],
    [{ Null: { subnets: ['false'] }, 'ForAllValues:StringEquals': { subnets: ['a', 'b'] } }, { subnets: ['a'] }, true],
    [{ Null: { subnets: ['false'] }, 'ForAllValues:StringEquals': { subnets: ['a', 'b'] } }, { subnets: ['a', 'c'] }, false],
    [{ Null: { subnets: ['false'] }, 'ForAllValues:StringEquals': { subnets: ['a', 'b'] } }, {}, false],
    [{ NumericLessThanEquals: { memory: ['1024'] } }, { memory: '1024' }, true],
    [{ NumericLessThanEquals: { memory: ['1024'] } }, { memory: '2048' }, false],
    [{ NumericLessThanEquals: { memory: ['1024'] } }, {}, false],
  ])('holds to its conditions: %j with %j', (conditions, context, allowed) => {
    const given = statement({ conditions: conditions as unknown as Statement['conditions'] });
    expect(isAllowed([given], { ...read, context })).toBe(allowed);
  });

  it('is not judged by a condition that is not understood', () => {
    const given = statement({ conditions: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } } });
    expect(() => isAllowed([given], read)).toThrow('condition operator IpAddress');
  });

  it('takes stars and question marks in patterns, and nothing else, as such', () => {
    expect(isLike('a.c', 'abc')).toBe(false);
    expect(isLike('a?c*', 'abc/d/e')).toBe(true);
  });
});

describe('the comparison of a policy with what was called', () => {
  const both = statement({ actions: ['s3:GetObject', 's3:PutObject'] });
  const list = (...prefixes: string[]) =>
    statement({
      sid: 'List',
      actions: ['s3:ListBucket'],
      resources: ['arn:aws:s3:::lake'],
      conditions: { StringLike: { 's3:prefix': prefixes } },
    });

  it('finds a call that is not granted', () => {
    expect(denied([statement()], [read])).toEqual([]);
    expect(denied([list('models/*')], [read])).toEqual([read]);
  });

  it('finds an action, a resource and a prefix that nothing uses', () => {
    expect(unused([both], [read])).toEqual([{ sid: 'Read', action: 's3:PutObject', resource: 'arn:aws:s3:::lake/tables/*' }]);
    expect(unused([statement({ resources: ['arn:aws:s3:::lake/tables/*', 'arn:aws:s3:::lake/*/x'] })], [read])).toHaveLength(1);
    const listed = request('s3:ListBucket', 'arn:aws:s3:::lake', { 's3:prefix': 'tables/readings/' });
    expect(unused([list('tables/*', 'models/*')], [listed])).toEqual([
      { sid: 'List', action: 's3:ListBucket', resource: 'arn:aws:s3:::lake under models/*' },
    ]);
  });
});
