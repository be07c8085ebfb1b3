import * as fc from 'fast-check';
import { comparePositions, type RecordPosition } from '../../../../consumer/kcl';
import { positionText } from '../../../../consumer/pipeline/device-state/position-text';
import {
  overtakenBy,
  refusalOf,
  versionBefore,
  type StoredDevice,
} from '../../../../consumer/pipeline/device-state/stored-device';

const version = (position: number) => ({ position: positionText(at(position)), bytes: Uint8Array.of(position) });
const at = (position: number): RecordPosition => ({ sequenceNumber: String(position), subSequenceNumber: 0 });
const textAt = (position: number): string => positionText(at(position));

describe('a position as text', () => {
  const position = fc.record({
    // As the API has them: up to 129 digits, without leading zeros.
    sequenceNumber: fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }).map(String),
      fc.bigInt({ min: 0n, max: 200n }).map(String),
    ),
    subSequenceNumber: fc.oneof(fc.nat(12), fc.nat(2 ** 31)),
  });

  it('is ordered as positions are', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [one, other] = [positionText(a), positionText(b)];
        expect(Math.sign(one < other ? -1 : one > other ? 1 : 0)).toBe(Math.sign(comparePositions(a, b)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('can be read by people', () => {
    expect(positionText({ sequenceNumber: '495903', subSequenceNumber: 12 })).toBe('006495903.0212');
  });
});

describe('the version that goes on', () => {
  const stored = (state: number, previous?: number): StoredDevice => ({
    shardId: 's',
    fence: 1,
    state: version(state),
    previous: previous === undefined ? undefined : version(previous),
  });

  it.each([
    ['the newest, when the checkpoint covers it', stored(7, 3), 8, 7],
    ['the one before, when the newest is of a record that is given again', stored(7, 3), 7, 3],
    ['none, when the device was first heard after the checkpoint', stored(7), 5, undefined],
    ['none, when the place was set back behind both', stored(7, 3), 2, undefined],
  ])('is %s', (_, device, position, expected) => {
    expect(versionBefore(device, textAt(position))?.bytes[0]).toBe(expected);
  });

  it('is none of a device that is not stored', () => {
    expect(versionBefore(undefined, textAt(1))).toBeUndefined();
  });
});

describe('what is stored', () => {
  const stored = (shardId: string, fence: number, state: number): StoredDevice => ({
    shardId,
    fence,
    state: version(state),
    previous: undefined,
  });

  it.each([
    ['nothing', undefined, 'a', 5, 7, undefined],
    ['a forerunner, ahead of the checkpoint', stored('a', 4, 8), 'a', 5, 7, undefined],
    ['this very processor', stored('a', 5, 6), 'a', 5, 7, undefined],
    ['a successor', stored('a', 6, 6), 'a', 5, 7, 'fence'],
    ['a parent', stored('p', 900, 6), 'a', 5, 7, undefined],
    ['a child', stored('c', 1, 9), 'a', 5, 7, 'shard'],
  ] as const)('by %s says whether somebody else has gone on', (_, device, shardId, fence, position, by) => {
    expect(overtakenBy(device, { shardId, fence, position: textAt(position) })).toBe(by);
  });
});

describe('a write', () => {
  const header = (shardId: string, fence: number, position: number) => ({ shardId, fence, state: version(position) });

  it.each([
    ['of the same processor, later', header('a', 5, 7), header('a', 5, 8), undefined],
    ['of the same processor, once more', header('a', 5, 7), header('a', 5, 7), undefined],
    ['of the same processor that was overtaken by a later one of its own', header('a', 5, 7), header('a', 5, 6), 'fence'],
    ['of a successor that stops before the place that its forerunner wrote of', header('a', 5, 7), header('a', 6, 4), undefined],
    ['of a worker that was paused, after its successor has written', header('a', 6, 4), header('a', 5, 7), 'fence'],
    ['of a child, over what its parent wrote', header('a', 900, 7), header('b', 1, 8), undefined],
    ['of a parent that was paused, after its child has written', header('b', 1, 8), header('a', 900, 7), 'shard'],
  ] as const)('%s', (_, stored, write, refusal) => {
    expect(refusalOf(stored, write)).toBe(refusal);
  });

  it('that is repeated at any time changes nothing that later ones have changed', () => {
    const write = fc.record({ shardId: fc.constantFrom('a', 'b'), fence: fc.integer({ min: 1, max: 3 }), position: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(write, { minLength: 2, maxLength: 6 }), fc.nat(5), fc.nat(5), (writes, which, late) => {
        type Header = ReturnType<typeof header>;
        const headers = writes.map(({ fence, position, shardId }) => header(shardId, fence, position));
        const apply = (to: Header | undefined, next: Header): Header =>
          to === undefined || refusalOf(to, next) === undefined ? next : to;
        // Of one processor writes come in order.
        fc.pre(
          headers.every((one, index) =>
            headers
              .slice(index + 1)
              .every(
                (other) => other.shardId !== one.shardId || other.fence > one.fence || other.state.position >= one.state.position,
              ),
          ),
        );
        const sameShard = headers.filter(({ shardId }) => shardId === 'a');
        const repeated = [...sameShard];
        const again = sameShard[which % Math.max(1, sameShard.length)];
        if (again !== undefined) {
          repeated.splice(Math.max(sameShard.indexOf(again) + 1, late % (sameShard.length + 1)), 0, again);
        }
        const end = (list: readonly Header[]): Header | undefined => list.reduce<Header | undefined>(apply, undefined);
        expect(end(repeated)?.state.position).toBe(end(sameShard)?.state.position);
      }),
    );
  });
});
