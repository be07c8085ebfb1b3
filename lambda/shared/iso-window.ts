import type { TimeWindow } from '../../core/training-set';

/** A window as people and the state machine read it: ISO 8601, UTC; start inclusive, end exclusive. */
export interface IsoWindow {
  readonly start: string;
  readonly end: string;
}

export function isoWindow({ start, end }: TimeWindow): IsoWindow {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** The name of a window's folder: `20261101T000000Z_20261128T230000Z`. The ends are whole seconds. */
export function windowName(window: TimeWindow): string {
  const { end, start } = isoWindow(window);
  const basic = (iso: string): string => iso.replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '');
  return `${basic(start)}_${basic(end)}`;
}
