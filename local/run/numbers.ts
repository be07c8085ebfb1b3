const numbers = new Intl.NumberFormat('en-US');

/** 1234567 → "1,234,567" */
export function count(value: number): string {
  return numbers.format(value);
}

/** 1234567 → "1.2 MB" (decimal units) */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(scaled) : scaled.toFixed(1)} ${units[unit] ?? ''}`;
}

/** 0.0213 → "2.13 %" */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
