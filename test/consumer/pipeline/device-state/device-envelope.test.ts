import * as fc from 'fast-check';
import type { StateCodec } from '../../../../core/domain';
import { decodeMemory, encodeMemory } from '../../../../consumer/pipeline/device-state/device-envelope';
import { SequenceWindow } from '../../../../consumer/pipeline/sequence-window';

const codec: StateCodec<unknown> = {
  encode: (state) => Buffer.from(JSON.stringify(state)),
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as unknown,
};
const other: StateCodec<unknown> = { encode: (state) => codec.encode(state), decode: () => undefined };
const broken: StateCodec<unknown> = {
  encode: () => {
    throw new Error('no');
  },
  decode: () => {
    throw new TypeError('a fault of the codec');
  },
};

function seen(...sequences: number[]): SequenceWindow {
  const window = new SequenceWindow();
  sequences.forEach((sequence) => window.add(sequence));
  return window;
}

const encoded = (state: unknown, ...sequences: number[]): Uint8Array =>
  encodeMemory({ seen: seen(...sequences), state }, codec) ?? new Uint8Array();

describe('what is remembered of a device', () => {
  test('comes back from its bytes', () => {
    fc.assert(
      fc.property(fc.option(fc.jsonValue().filter((value) => value !== null)), fc.array(fc.nat(3_000)), (kept, sequences) => {
        const state = kept ?? undefined;
        const { memory, unreadable } = decodeMemory(encoded(state, ...sequences), codec);
        expect(unreadable).toBeUndefined();
        expect(JSON.stringify(memory.state)).toBe(JSON.stringify(state));
        const highest = Math.max(0, ...sequences);
        expect(sequences.filter((sequence) => sequence > highest - 1_000 && memory.seen.add(sequence))).toEqual([]);
        expect(memory.seen.add(highest + 1)).toBe(true);
      }),
    );
  });

  test('keeps which messages were seen when the windows of the domain have changed, and starts over with its features', () => {
    const { memory, unreadable } = decodeMemory(encoded({ a: 1 }, 7), other);
    expect([unreadable, memory.state, memory.seen.add(7), memory.seen.add(8)]).toEqual(['layout', undefined, false, true]);
  });

  test('does so as well when the codec fails on the bytes', () => {
    const { memory, unreadable } = decodeMemory(encoded({ a: 1 }, 7), broken);
    expect([unreadable, memory.state, memory.seen.add(7)]).toEqual(['damaged', undefined, false]);
  });

  test('is as of a new device when the bytes are nothing of ours', () => {
    const bytes = encoded({ a: 1 }, 7);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
        expect(decodeMemory(any, codec).memory.seen.add(10 ** 15)).toBe(true);
      }),
    );
    for (const damaged of [Uint8Array.of(), Uint8Array.of(2), bytes.subarray(0, 3), Uint8Array.of(...bytes, 0)]) {
      const { memory, unreadable } = decodeMemory(damaged, codec);
      expect([unreadable, memory.state, memory.seen.add(7)]).toEqual(['envelope', undefined, true]);
    }
  });

  test('cannot be encoded when the codec fails, which is told and not thrown', () => {
    expect(encodeMemory({ seen: seen(1), state: {} }, broken)).toBeUndefined();
    expect(encodeMemory({ seen: seen(1), state: undefined }, broken)).toEqual(encoded(undefined, 1));
  });
});
