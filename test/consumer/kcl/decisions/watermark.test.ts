import fc from 'fast-check';
import { comparePositions, type Position } from '../../../../consumer/kcl/decisions/position';
import {
  claimAt,
  marksPerBatch,
  maxMarks,
  overtakenBy,
  startTrack,
  trackGiven,
  trackStored,
  trackTip,
  type Arrival,
  type WatermarkTrack,
} from '../../../../consumer/kcl/decisions/watermark';

const marginMs = 1000;
const start: Position = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
const at = (sequence: number, subSequenceNumber = 0): Position => ({ sequenceNumber: String(sequence), subSequenceNumber });
const record = (sequence: number, arrivalTimeMs: number, subSequenceNumber = 0): Arrival => ({
  ...at(sequence, subSequenceNumber),
  arrivalTimeMs,
});

describe('the watermark of a shard', () => {
  it('follows the records as the checkpoint passes them, the margin behind', () => {
    const track = trackGiven(startTrack(undefined), [record(1, 10_000), record(2, 20_000), record(3, 30_000)], marginMs);
    expect(claimAt(track, start)).toBeUndefined();
    expect(claimAt(track, at(1))).toBe(9_000);
    expect(claimAt(track, at(2, 7))).toBe(19_000);
    expect(claimAt(track, at(3))).toBe(29_000);
    expect(claimAt(track, { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 })).toBe(29_000);
  });

  it('comes to the time of a tip only when everything given before it is checkpointed, every part of an aggregate', () => {
    const given = trackGiven(startTrack(undefined), [record(5, 10_000, 0), record(5, 10_000, 1), record(5, 10_000, 2)], marginMs);
    const track = trackTip(given, at(5, 2), 60_000, marginMs);
    expect(claimAt(track, at(5, 1))).toBe(9_000);
    expect(claimAt(track, at(5, 2))).toBe(59_000);
  });

  it('advances at the tip of a shard that brings nothing, from its start on', () => {
    let track = startTrack(undefined);
    for (const tipMs of [10_000, undefined, 12_000, 11_000, 15_000]) {
      track = trackTip(track, start, tipMs, marginMs);
    }
    expect(track.ahead).toHaveLength(1);
    expect(claimAt(track, start)).toBe(14_000);
  });

  it('is never lower than what stands in the lease, and forgets what says no more', () => {
    const track = trackGiven(startTrack(50_000), [record(1, 10_000), record(2, 60_000), record(3, 70_000)], marginMs);
    expect(claimAt(track, at(1))).toBe(50_000);
    expect(claimAt(track, at(2))).toBe(59_000);
    const stored = trackStored(track, 59_000);
    expect(stored).toEqual({ claimedMs: 59_000, ahead: [{ position: at(3), beforeMs: 69_000 }] });
    expect(trackStored(stored, undefined)).toEqual(stored);
  });

  it('takes no harm from records that are given again after a failure', () => {
    const records = [record(1, 10_000), record(2, 20_000)];
    const track = trackTip(trackGiven(startTrack(undefined), records, marginMs), at(2), 30_000, marginMs);
    expect(trackGiven(track, records, marginMs)).toEqual(track);
  });

  it('marks a few places of a large batch, the last among them, and thins out what is not checkpointed for long', () => {
    const batch = (from: number, count: number): Arrival[] =>
      Array.from({ length: count }, (_, i) => record(from + i, 10_000 + 10 * (from + i)));
    const track = trackGiven(startTrack(undefined), batch(1, 9_999), marginMs);
    expect(track.ahead.length).toBeGreaterThan(marksPerBatch / 2);
    expect(track.ahead.length).toBeLessThanOrEqual(marksPerBatch);
    expect(claimAt(track, at(9_999))).toBe(10_000 + 99_990 - marginMs);
    let long = track;
    for (let n = 1; n < 500; n += 1) {
      long = trackGiven(long, batch(n * 10_000, 100), marginMs);
      expect(long.ahead.length).toBeLessThanOrEqual(maxMarks);
    }
    expect(claimAt(long, at(499 * 10_000 + 99))).toBe(10_000 + 10 * (499 * 10_000 + 99) - marginMs);
    expect(trackGiven(track, [], marginMs)).toBe(track);
  });

  /** A shard: what arrived when, in order, by a clock that is out by less than the margin, and tips between. */
  const shard = fc.array(
    fc.record({
      gapMs: fc.nat(3000),
      stampedEarlierMs: fc.nat(marginMs - 1),
      parts: fc.integer({ min: 1, max: 3 }),
      readEndsHere: fc.boolean(),
      isTip: fc.boolean(),
    }),
    { minLength: 1, maxLength: 80 },
  );

  it('never passes a record that is not checkpointed, whatever is given, checkpointed, stored and repeated, and never goes back', () => {
    fc.assert(
      fc.property(shard, fc.array(fc.nat(200), { maxLength: 40 }), fc.nat(20_000), (arrivals, checkpoints, startMs) => {
        const all: Arrival[] = [];
        let track: WatermarkTrack = startTrack(undefined);
        let batch: Arrival[] = [];
        let checkpoint = start;
        let claimed: number | undefined;
        let nowMs = 100_000 + startMs;
        const check = (): void => {
          const claim = claimAt(track, checkpoint);
          const passed = all.find((each) => each.arrivalTimeMs < (claim ?? 0) && comparePositions(each, checkpoint) > 0);
          if (passed !== undefined || (claimed ?? 0) > (claim ?? 0)) {
            throw new Error(`claims ${claim} at ${checkpoint.sequenceNumber} after ${claimed}: ${JSON.stringify(passed)}`);
          }
          claimed = claim;
        };
        arrivals.forEach(({ gapMs, isTip, parts, readEndsHere, stampedEarlierMs }, index) => {
          nowMs += gapMs;
          for (let part = 0; part < parts; part += 1) {
            const next = record(index + 1, nowMs - stampedEarlierMs, part);
            all.push(next);
            batch.push(next);
          }
          check();
          if (readEndsHere) {
            track = trackGiven(track, batch, marginMs);
            // What is given again changes nothing.
            track = gapMs % 2 === 0 ? trackGiven(track, all.slice(-7), marginMs) : track;
            track = trackTip(track, all.at(-1) ?? start, isTip ? nowMs : undefined, marginMs);
            batch = [];
          }
          check();
          const wanted = checkpoints[index % Math.max(1, checkpoints.length)] ?? 0;
          const to = all[Math.min(wanted, all.length - batch.length - 1)];
          checkpoint = to !== undefined && comparePositions(to, checkpoint) > 0 ? { ...to } : checkpoint;
          track = wanted % 3 === 0 ? trackStored(track, claimAt(track, checkpoint)) : track;
          check();
        });
      }),
      { numRuns: 300 },
    );
  });

  it('is known to have been too high when a new record arrived before it', () => {
    const records = [record(1, 9_000), record(2, 10_500), record(3, 8_500), record(4, 10_000), record(5, 0)];
    expect(overtakenBy(10_000, records)).toEqual({ records: 2, sequenceNumber: '1', byMs: 1_500 });
    expect(overtakenBy(8_500, records)).toBeUndefined();
  });
});
