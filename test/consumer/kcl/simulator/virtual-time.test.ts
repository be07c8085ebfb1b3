import { EventLog } from '../../../../consumer/kcl/simulator/event-log';
import { Machine } from '../../../../consumer/kcl/simulator/machine';
import { Scheduler } from '../../../../consumer/kcl/simulator/scheduler';

const exact = { originMs: 5000, wallSkewMs: 0, rate: 1 };

describe('the scheduler', () => {
  it('runs events in the order of their times, those of one time in the order in which they were set', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    [30, 10, 20, 10].forEach((ms, i) => scheduler.after(ms, () => seen.push(`${i} at ${scheduler.nowMs}`)));
    scheduler.cancel(scheduler.after(15, () => seen.push('cancelled')));
    await scheduler.runUntil(25);
    expect(seen).toEqual(['1 at 10', '3 at 10', '2 at 20']);
    expect(scheduler.nowMs).toBe(25);
    await scheduler.runUntil(100);
    expect(seen.at(-1)).toBe('0 at 30');
  });

  it('lets everything that an event sets off come to its end before the next', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.after(1, () => {
      void (async () => {
        for (let i = 0; i < 50; i += 1) {
          await Promise.resolve();
        }
        seen.push('first');
      })();
    });
    scheduler.after(1, () => seen.push('second'));
    await scheduler.runUntil(1);
    expect(seen).toEqual(['first', 'second']);
  });

  it('stops as soon as it is enough, and hands on what an event throws', async () => {
    const scheduler = new Scheduler();
    let events = 0;
    for (let ms = 1; ms <= 10; ms += 1) {
      scheduler.after(ms, () => (events += 1));
    }
    await scheduler.runUntil(100, () => events === 3);
    expect(scheduler.nowMs).toBe(3);
    scheduler.after(0.5, () => {
      throw new Error('broken');
    });
    await expect(scheduler.runUntil(100)).rejects.toThrow('broken');
  });
});

describe('a machine', () => {
  const wakeAfter = (machine: Machine, scheduler: Scheduler, ms: number): { atMs: number | undefined } => {
    const woken: { atMs: number | undefined } = { atMs: undefined };
    void machine.clock.sleep(ms).then(() => (woken.atMs = scheduler.nowMs));
    return woken;
  };

  it('that is paused wakes late, and its clock has gone on', async () => {
    const scheduler = new Scheduler();
    const machine = new Machine(scheduler, 'm', exact);
    const woken = wakeAfter(machine, scheduler, 100);
    scheduler.after(50, () => machine.pause());
    scheduler.after(500, () => machine.resume());
    await scheduler.runUntil(1000);
    expect(woken.atMs).toBe(500);
    expect(machine.clock.monotonicMs()).toBe(6000);
  });

  it('that is suspended sleeps on for what is left, by a clock that has stood still', async () => {
    const scheduler = new Scheduler();
    const machine = new Machine(scheduler, 'm', exact);
    const woken = wakeAfter(machine, scheduler, 100);
    scheduler.after(50, () => machine.suspend());
    scheduler.after(500, () => machine.resume());
    await scheduler.runUntil(1000);
    expect(woken.atMs).toBeCloseTo(550);
    expect(machine.clock.monotonicMs()).toBeCloseTo(5550);
  });

  it('that is killed never goes on', async () => {
    const scheduler = new Scheduler();
    const machine = new Machine(scheduler, 'm', exact);
    const woken = wakeAfter(machine, scheduler, 100);
    scheduler.after(50, () => machine.kill());
    scheduler.after(60, () => machine.resume());
    await scheduler.runUntil(1000);
    expect(woken.atMs).toBeUndefined();
  });

  it('ends a sleep at once when it is aborted, and counts those that are left', async () => {
    const scheduler = new Scheduler();
    const machine = new Machine(scheduler, 'm', exact);
    const abort = new AbortController();
    const slept = machine.clock.sleep(100, abort.signal);
    expect(machine.sleepers).toBe(1);
    abort.abort();
    await slept;
    expect(machine.sleepers).toBe(0);
  });
});

describe('the event log', () => {
  it('keeps the last lines and gives another hash for other events', () => {
    const logs = ['a', 'b'].map((who) => {
      const log = new EventLog(2, () => 1);
      ['x', 'y', 'z'].forEach((text) => log.add(who, text));
      return log;
    });
    expect(logs[0]?.tail()).toEqual(['1.000 a y', '1.000 a z']);
    expect(logs[0]?.hash).not.toBe(logs[1]?.hash);
  });
});
