/** 1234567.8 with two decimals as 1,234,567.80. */
export function grouped(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** An amount of money, to the cent. */
export const usd = (amount: number): string => `$${grouped(amount, 2)}`;

/** A price as AWS writes it: as many decimals as it has, at least two. */
export function price(value: number): string {
  const decimals = Math.max(2, `${Number(value.toPrecision(6))}`.split('.')[1]?.length ?? 0);
  return `$${grouped(value, decimals)}`;
}

/** A quantity with as many digits as help: whole from a hundred on, three decimals below one. */
export function quantity(value: number): string {
  return grouped(value, value >= 100 || Number.isInteger(value) ? 0 : value >= 1 ? 1 : 3);
}

const magnitudes = [
  [1_000_000, 'million '],
  [1_000, 'thousand '],
] as const;

/** How a price's unit is written: `per million messages`. */
export function perUnit(per: number, unit: string): string {
  if (per === 1) {
    return unit;
  }
  const [size, word] = magnitudes.find(([bound]) => per >= bound && per % bound === 0) ?? [1, ''];
  return `${per === size ? '' : `${grouped(per / size, 0)} `}${word}${unit}`;
}
