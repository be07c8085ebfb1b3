/**
 * Canonical units, and the other units in which devices may report. Values are converted when a message is validated, so
 * that every row in the lake, and every bound in a schema, is in the canonical unit.
 */
type CanonicalUnit = 'degC' | 'kPa' | 'percent' | 'mm/s' | 'rpm' | 'kW' | 's';

interface Conversion {
  /** The canonical unit that this unit is converted to. */
  readonly canonical: CanonicalUnit;
  /** canonical = reported × scale + offset */
  readonly scale: number;
  readonly offset: number;
}

const same = (canonical: CanonicalUnit): Conversion => ({ canonical, scale: 1, offset: 0 });

const conversions = {
  degC: same('degC'),
  degF: { canonical: 'degC', scale: 5 / 9, offset: -160 / 9 },
  K: { canonical: 'degC', scale: 1, offset: -273.15 },
  degR: { canonical: 'degC', scale: 5 / 9, offset: -273.15 },
  kPa: same('kPa'),
  bar: { canonical: 'kPa', scale: 100, offset: 0 },
  psi: { canonical: 'kPa', scale: 6.894757293168361, offset: 0 },
  percent: same('percent'),
  fraction: { canonical: 'percent', scale: 100, offset: 0 },
  'mm/s': same('mm/s'),
  'in/s': { canonical: 'mm/s', scale: 25.4, offset: 0 },
  rpm: same('rpm'),
  Hz: { canonical: 'rpm', scale: 60, offset: 0 },
  kW: same('kW'),
  W: { canonical: 'kW', scale: 0.001, offset: 0 },
  hp: { canonical: 'kW', scale: 0.7456998715822702, offset: 0 },
  s: same('s'),
  min: { canonical: 's', scale: 60, offset: 0 },
  h: { canonical: 's', scale: 3600, offset: 0 },
} as const satisfies Record<string, Conversion>;

/** A unit that a message or a column may name. */
export type Unit = keyof typeof conversions;

/** Every unit that is understood, for messages that name the allowed values. */
export const units = Object.keys(conversions) as readonly Unit[];

/** Whether `name` is a unit that is understood. */
export function isUnit(name: string): name is Unit {
  return Object.hasOwn(conversions, name);
}

/** The canonical unit for quantities reported in `unit`. */
export function canonicalUnit(unit: Unit): Unit {
  return conversions[unit].canonical;
}

/** `value`, reported in `unit`, in that unit's canonical unit. */
export function toCanonical(value: number, unit: Unit): number {
  const { scale, offset } = conversions[unit];
  return value * scale + offset;
}
