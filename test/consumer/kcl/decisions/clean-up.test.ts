import { leasesToCleanUp, unclearWhetherServed } from '../../../../consumer/kcl/decisions/clean-up';
import type { Lease } from '../../../../consumer/kcl/decisions/lease';

const lease = (leaseKey: string, sequenceNumber: string, childShardIds: string[] = [], parentShardIds: string[] = []): Lease =>
  ({ leaseKey, checkpoint: { sequenceNumber, subSequenceNumber: 0 }, childShardIds, parentShardIds }) as unknown as Lease;
const keys = (leases: readonly Lease[]): string[] => leases.map(({ leaseKey }) => leaseKey);

describe('clean-up', () => {
  it('takes an ended lease whose children are all past their start, parents before children', () => {
    const grandparent = lease('g', 'SHARD_END', ['p']);
    const parent = lease('p', 'SHARD_END', ['c1', 'c2'], ['g']);
    const children = [lease('c1', '5', [], ['p']), lease('c2', '6', [], ['p'])];
    expect(keys(leasesToCleanUp([grandparent, parent, ...children]))).toEqual(['g']);
    expect(keys(leasesToCleanUp([parent, ...children]))).toEqual(['p']);
    expect(keys(leasesToCleanUp([parent, lease('c1', '5', [], ['p']), lease('c2', 'TRIM_HORIZON', [], ['p'])]))).toEqual([]);
    expect(keys(leasesToCleanUp([lease('x', '7')]))).toEqual([]);
  });

  it('takes the ended lease of a shard that the stream lists no more, and asks for the list only then', () => {
    const trimmed = lease('old', 'SHARD_END');
    const open = lease('new', '9');
    expect(keys(unclearWhetherServed([trimmed, open]))).toEqual(['old']);
    expect(keys(leasesToCleanUp([trimmed, open]))).toEqual([]);
    expect(keys(leasesToCleanUp([trimmed, open], new Set(['old', 'new'])))).toEqual([]);
    expect(keys(leasesToCleanUp([trimmed, open], new Set(['new'])))).toEqual(['old']);
    expect(unclearWhetherServed([open, lease('p', 'SHARD_END', ['new'])])).toEqual([]);
  });

  it('does not wait for a child that was trimmed, but for one that has no lease yet', () => {
    const parent = lease('p', 'SHARD_END', ['c1', 'c2']);
    const child = lease('c1', '5', [], ['p']);
    expect(keys(leasesToCleanUp([parent, child], new Set(['c1', 'c2'])))).toEqual([]);
    expect(keys(leasesToCleanUp([parent, child], new Set(['c1'])))).toEqual(['p']);
  });
});
