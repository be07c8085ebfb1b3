import { LeaseBoard } from '../../../local/run/lease-board';

function board(...owners: readonly string[]): LeaseBoard {
  const leases = new LeaseBoard();
  owners.forEach((worker, index) => leases.taken(`shard-${index}`, worker));
  return leases;
}

describe('the lease board', () => {
  test('is balanced when every shard is worked on and the workers differ by one at most', () => {
    expect(board('a', 'b', 'a').isBalanced(3, 2)).toBe(true);
    expect(board('a', 'a', 'a').isBalanced(3, 2)).toBe(false);
    expect(board('a', 'b').isBalanced(3, 2)).toBe(false);
  });

  test('expects no worker to own what is not there', () => {
    expect(board('a', 'b').isBalanced(2, 5)).toBe(true);
  });

  test('is not balanced before the worker that lost a shard has noticed', () => {
    const leases = board('a', 'a');
    leases.taken('shard-1', 'b');
    expect(leases.isBalanced(2, 2)).toBe(false);
    leases.gone('shard-1', 'a');
    expect(leases.isBalanced(2, 2)).toBe(true);
  });
});
