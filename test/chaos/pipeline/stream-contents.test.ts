import { parentsFirst } from './stream-contents';

it('reads a shard after all that it comes from, whatever the order in which they are listed', () => {
  const shard = (shardId: string, ...parentShardIds: string[]) => ({ shardId, parentShardIds });
  const order = parentsFirst([
    shard('merged', 'left', 'right'),
    shard('left', 'first'),
    shard('first', 'expired'),
    shard('right'),
  ]);
  expect(order).toEqual(['first', 'left', 'right', 'merged']);
});
