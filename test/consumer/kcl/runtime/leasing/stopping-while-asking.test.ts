import type { LeaseStore } from '../../../../../consumer/kcl';
import type { LeaseWrite } from '../../../../../consumer/kcl/decisions/lease';
import { Fleet, failoverTimeMs } from '../../fleet/fleet';

describe('a worker that is told to stop while its requests for leases are under way', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  it('takes all of them back, the one whose reply comes last as well', async () => {
    fleet = new Fleet(6);
    fleet.start('a');
    await fleet.clock.advance(1000);
    let requests = 0;
    const slow = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          if (name !== 'write') {
            return typeof member === 'function' ? (member.bind(target) as unknown) : member;
          }
          return async (...args: Parameters<LeaseStore['write']>) => {
            const reply = await target.write(...args);
            const { kind } = args[1] satisfies LeaseWrite;
            requests += kind === 'request' ? 1 : 0;
            // The second request is answered while the first is being taken back.
            await fleet.clock.sleep(kind === 'withdraw' ? 200 : kind === 'request' && requests > 1 ? 120 : 0);
            return reply;
          };
        },
      });
    const b = fleet.start('b', { store: slow, maxLeasesToStealAtOneTime: 100 });
    await fleet.clock.advance(50);
    expect(requests).toBeGreaterThan(1);
    void b.worker.stop();
    await fleet.clock.advance(failoverTimeMs / 4);
    expect(b.outcome).toBe('stopped');
    await fleet.clock.advance(failoverTimeMs / 4);
    expect(fleet.stream.openShardIds.map((id) => fleet.owner(id))).toEqual(Array.from({ length: 6 }, () => 'a'));
  });
});
