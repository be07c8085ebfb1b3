import fc from 'fast-check';
import {
  hashKeyOf,
  maxHashKey,
  parseHashKey,
  RangeMap,
  uniformRanges,
  type HashRange,
} from '../../../../local/aws/kinesis/hash-range';
import { defaultLimits } from '../../../../local/aws/kinesis/limits';
import { TokenBucket } from '../../../../local/aws/kinesis/rate';
import { RecordLog } from '../../../../local/aws/kinesis/record-log';
import { planShardCount, splitRange } from '../../../../local/aws/kinesis/reshard';
import { nextGeneration, SequenceNumbers } from '../../../../local/aws/kinesis/sequence-number';
import { Stream } from '../../../../local/aws/kinesis/stream';

const hashKeys = fc.bigInt({ min: 0n, max: maxHashKey });

describe('hash keys', () => {
  test('are the MD5 of the partition key as a number', () => {
    expect(hashKeyOf('')).toBe(0xd41d8cd98f00b204e9800998ecf8427en);
  });

  test('are read from decimal text of 128 bits and nothing else', () => {
    expect(parseHashKey('0')).toBe(0n);
    expect(parseHashKey(maxHashKey.toString())).toBe(maxHashKey);
    for (const text of ['', '-1', '01', '1e3', '0x1', ' 1', (maxHashKey + 1n).toString()]) {
      expect(parseHashKey(text)).toBeUndefined();
    }
  });

  test('each belong to exactly the range that contains them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), hashKeys, (count, hashKey) => {
        const ranges = uniformRanges(count);
        const owner = new RangeMap(ranges.map((range) => ({ range, owner: range }))).ownerOf(hashKey);
        expect(ranges.filter(({ start, end }) => start <= hashKey && hashKey <= end)).toEqual([owner]);
      }),
    );
  });

  test('cannot be mapped by ranges with a gap or an overlap', () => {
    const map = (...ranges: HashRange[]) => new RangeMap(ranges.map((range) => ({ range, owner: 0 })));
    expect(() => map({ start: 0n, end: 9n }, { start: 11n, end: maxHashKey })).toThrow(RangeError);
    expect(() => map({ start: 0n, end: 9n }, { start: 9n, end: maxHashKey })).toThrow(RangeError);
    expect(() => map({ start: 0n, end: 9n })).toThrow(RangeError);
  });
});

describe('sequence numbers', () => {
  test('rise with the index, are taken apart again, and lie between the start and the end of the shard', () => {
    const stamps = fc.record({ generation: fc.integer({ min: 1e9, max: 4e9 }), shard: fc.integer({ min: 0, max: 1e6 }) });
    const index = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 });
    fc.assert(
      fc.property(stamps, index, (stamp, at) => {
        const numbers = new SequenceNumbers(stamp);
        const [number, next] = [BigInt(numbers.at(at)), BigInt(numbers.at(at + 1))];
        expect(BigInt(numbers.starting) < number && number < next && next < BigInt(numbers.ending)).toBe(true);
        expect(numbers.at(at)).toHaveLength(56);
        expect(numbers.indexOf(numbers.at(at))).toBe(at);
        expect(new SequenceNumbers({ ...stamp, shard: stamp.shard + 1 }).indexOf(numbers.at(at))).toBeUndefined();
        const child = new SequenceNumbers({ generation: nextGeneration(0, [stamp]), shard: 0 });
        expect(BigInt(child.starting)).toBeGreaterThan(BigInt(numbers.ending));
      }),
    );
  });
});

describe('a rate limit', () => {
  test('lets through no more than a second’s worth plus what the time allows, whatever the calls', () => {
    const calls = fc.array(fc.tuple(fc.integer({ min: -50, max: 400 }), fc.integer({ min: 1, max: 100 })), { maxLength: 200 });
    fc.assert(
      fc.property(calls, (steps) => {
        const bucket = new TokenBucket(100);
        let now = 0;
        let latest = 0;
        let taken = 0;
        bucket.has(0, now);
        for (const [ms, amount] of steps) {
          now += ms;
          latest = Math.max(latest, now);
          if (bucket.has(amount, now)) {
            bucket.take(amount);
            taken += amount;
          }
          expect(taken).toBeLessThanOrEqual(100 + latest / 10 + 1e-3);
        }
      }),
    );
  });
});

describe('a shard count update', () => {
  test('ends with the ranges of equal size, from any shards', () => {
    const borders = fc.uniqueArray(fc.bigInt({ min: 1n, max: maxHashKey }), { maxLength: 12 });
    fc.assert(
      fc.property(borders, fc.integer({ min: 1, max: 16 }), (cuts, target) => {
        const starts = [0n, ...cuts.sort((one, other) => (one < other ? -1 : 1))];
        const open = starts.map((start, at) => ({ start, end: (starts[at + 1] ?? maxHashKey + 1n) - 1n }));
        const ranges = new Map(open.map((range) => [range.start, range]));
        for (const step of planShardCount(open, target)) {
          if (step.kind === 'split') {
            expect(ranges.get(step.range.start)).toEqual(step.range);
            for (const part of splitRange(step.range, step.newStart)) {
              ranges.set(part.start, part);
            }
          } else {
            expect(ranges.get(step.upper.start)).toEqual(step.upper);
            ranges.delete(step.upper.start);
            ranges.set(step.lower.start, { start: step.lower.start, end: step.upper.end });
          }
        }
        const left = [...ranges.values()].sort((one, other) => (one.start < other.start ? -1 : 1));
        expect(left).toEqual(uniformRanges(target));
      }),
    );
  });
});

describe('a record log', () => {
  test('finds by index and by time what a plain list would, while it is trimmed', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 300 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 20 }), (moves, kept) => {
        const log = new RecordLog();
        const plain: number[] = [];
        let now = 0;
        for (const [ms, trims] of moves) {
          now += ms;
          log.append({ sequenceNumber: String(plain.length), arrivalMs: now, partitionKey: 'k', data: '', bytes: 1 });
          plain.push(now);
          if (trims) {
            log.trim(now - kept);
            const first = plain.findIndex((time) => time >= now - kept) + 1;
            expect(log.first).toBeLessThanOrEqual(first);
            expect(log.firstSince(now - kept)).toBe(first);
          }
          expect(log.next).toBe(plain.length + 1);
          expect(log.at(plain.length)?.arrivalMs).toBe(now);
          expect(log.held).toBe(log.next - log.first);
        }
      }),
    );
  });

  test('cuts trimmed records off', () => {
    const log = new RecordLog();
    for (let time = 0; time < 5000; time++) {
      log.append({ sequenceNumber: '', arrivalMs: time, partitionKey: 'k', data: '', bytes: 1 });
    }
    log.trim(4990);
    expect([log.first, log.held, log.at(4990), log.at(4991)?.arrivalMs]).toEqual([4991, 10, undefined, 4990]);
    log.trim(10_000);
    expect([log.first, log.next, log.held]).toEqual([5001, 5001, 0]);
  });
});

describe('a stream', () => {
  test('keeps every record of a key in one line of shards through any splits and merges, and loses none', () => {
    const keys = Array.from({ length: 12 }, (_, key) => `device-${key}`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }), (targets) => {
        const limits = { ...defaultLimits, writeRecordsPerSecond: 1e9 };
        const stream = new Stream({
          name: 's',
          arn: 'a',
          mode: 'PROVISIONED',
          shards: 2,
          retentionHours: 24,
          createdAtMs: 0,
          limits,
        });
        const written = new Map<string, bigint[]>(keys.map((key) => [key, []]));
        for (const [at, target] of [2, ...targets].entries()) {
          stream.updateShardCount(target, at * 10);
          expect(stream.openShards()).toHaveLength(target);
          for (const key of keys) {
            const shard = stream.shardFor(key);
            expect(shard).toBe(stream.shardFor('', hashKeyOf(key)));
            written.get(key)?.push(BigInt(shard.append(key, '', 1, at * 10) ?? -1));
          }
        }
        for (const numbers of written.values()) {
          expect(numbers).toEqual([...numbers].sort((one, other) => (one < other ? -1 : 1)));
        }
        expect(stream.statistics().recordsIn).toBe(keys.length * (targets.length + 1));
      }),
      { numRuns: 30 },
    );
  });
});
