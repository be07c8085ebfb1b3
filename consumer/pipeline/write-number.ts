import { writeAscii } from './write-ascii';

/** Decimals up to which a number is written without the engine's general and far slower conversion. */
const decimals = 4;
const scale = 10 ** decimals;
/** Largest integer part of the short way: one that the engine keeps as a small integer. */
const maxInteger = 2 ** 30;

/** Most bytes of a number's text: sign, 17 digits, point, `e-324`, and some more. */
export const maxNumberBytes = 32;

const zero = 0x30;

/**
 * Writes a finite number at `at` as `String` writes it. Most numbers of devices have few decimals; their digits are written
 * straight away, which takes a tenth of the time.
 *
 * @param bytes - has room for `maxNumberBytes` @returns the place after the number
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const magnitude = value < 0 ? -value : value;
  const units = Math.round(magnitude * scale);
  // Exact: the text of the short way reads back as the same double, and no shorter one does, as long as all digits are significant.
  if (magnitude >= maxInteger || units / scale !== magnitude) {
    return writeAscii(bytes, at, String(value));
  }
  let end = at;
  if (value < 0) {
    bytes[end] = 0x2d;
    end += 1;
  }
  const integer = Math.floor(units / scale) | 0;
  end = writeInteger(bytes, end, integer);
  const fraction = (units - integer * scale) | 0;
  return fraction === 0 ? end : writeFraction(bytes, end, fraction);
}

function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let limit = 10; value >= limit; limit *= 10) {
    end += 1;
  }
  let rest = value;
  for (let place = end - 1; place >= at; place -= 1) {
    const tenth = (rest / 10) | 0;
    bytes[place] = zero + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

/** Writes the point and `fraction` ten-thousandths, which are not none, without the zeros at the end. */
function writeFraction(bytes: Uint8Array, at: number, fraction: number): number {
  const first = (fraction / 1000) | 0;
  const second = ((fraction / 100) | 0) % 10;
  const third = ((fraction / 10) | 0) % 10;
  const fourth = fraction % 10;
  bytes[at] = 0x2e;
  bytes[at + 1] = zero + first;
  bytes[at + 2] = zero + second;
  bytes[at + 3] = zero + third;
  bytes[at + 4] = zero + fourth;
  return at + (fourth !== 0 ? 5 : third !== 0 ? 4 : second !== 0 ? 3 : 2);
}
