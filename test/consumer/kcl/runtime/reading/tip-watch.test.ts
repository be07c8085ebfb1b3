import { TipWatch } from '../../../../../consumer/kcl/runtime/reading/tip-watch';

const read = (askedMs: number | undefined, millisBehindLatest = 0, isOpen = true) => ({ askedMs, isOpen, millisBehindLatest });

describe('a shard followed to its tip', () => {
  it('is complete until its last read at the tip was asked for, once the next read finds it open', () => {
    const tip = new TipWatch();
    expect(tip.next(read(1000))).toBeUndefined();
    expect(tip.next(read(2000))).toBe(1000);
    expect(tip.next(read(3000, 500))).toBe(2000);
    expect(tip.next(read(4000))).toBeUndefined();
    expect(tip.next(read(5000))).toBe(4000);
  });

  it('says nothing of itself when the next read finds its end', () => {
    const tip = new TipWatch();
    tip.next(read(1000));
    expect(tip.next(read(2000, 0, false))).toBeUndefined();
  });

  it('says nothing when the time is not known', () => {
    const tip = new TipWatch();
    tip.next(read(undefined));
    expect(tip.next(read(2000))).toBeUndefined();
  });
});
