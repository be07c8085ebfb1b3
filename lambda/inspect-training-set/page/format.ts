/** `12,345` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A value of a column, with four digits or fewer: `0.0312`, `1,250`, `3.4e+38`. */
export function number(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return rounded.toExponential().replace(/(\.\d{2})\d+/, '$1');
  }
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 8 });
}

/** `4.7 %`; `< 0.1 %` for a share that is not nothing. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) {
    return '< 0.1 %';
  }
  return `${value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 })} %`;
}

/** `2026-11-01 00:00`, of an ISO 8601 time; with seconds where there are some. */
export function time(iso: string): string {
  return iso.replace('T', ' ').replace(/(?::00)?(?:\.\d+)?Z$/, '');
}

/** How long a span is, to the hour: `30 d`, `2 d 5 h`. */
export function span(start: string, end: string): string {
  const hours = Math.round((Date.parse(end) - Date.parse(start)) / 3_600_000);
  const days = Math.floor(hours / 24);
  return [days > 0 ? `${count(days)} d` : '', hours % 24 > 0 || days === 0 ? `${hours % 24} h` : ''].filter(Boolean).join(' ');
}

/** `30.3 MB` */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${(value / 1000 ** power).toLocaleString('en-US', { maximumFractionDigits: power === 0 ? 0 : 1 })} ${units[power] ?? ''}`;
}
