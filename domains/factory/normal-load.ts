import { signals, type Signal } from './machines';

/** What the window and the baseline hold of each reading: the signals, then those signals that load moves, freed of it. */
export const windowSignals = [...signals, 'vibration at speed', 'pressure at speed', 'power at load'] as const;

/**
 * Where the window holds what a signal's change is measured by. Load and speed move vibration, pressure and power far more than
 * wear does; measured against a baseline they would show the shift plan, not the machine.
 */
export const changeSource: Readonly<Record<Signal, (typeof windowSignals)[number]>> = {
  load: 'load',
  temperature: 'temperature',
  pressure: 'pressure at speed',
  humidity: 'humidity',
  vibration: 'vibration at speed',
  speed: 'speed',
  power: 'power at load',
};

/** Losses without load, as a share of the rated power; typical of induction motors. */
const idleShare = 0.25;

/** Speed in thousands of revolutions; 0 where it is not known. */
const thousandsOf = (speed: number | null): number => (speed ?? 0) / 1000;

/** The share of the rated power that is drawn at a load in percent and full speed. */
const powerShare = (load: number): number => idleShare + ((1 - idleShare) * load) / 100;

/** A reading of a running machine as the window holds it. */
export function windowValues(values: Readonly<Record<string, unknown>>): (number | null)[] {
  const measured: (number | null)[] = [];
  for (const signal of signals) {
    measured.push(values[signal] as number | null);
  }
  const { load, vibration, pressure, power, speed } = values as Readonly<Record<Signal, number | null>>;
  const thousands = thousandsOf(speed);
  const isTurning = thousands > 0;
  // Imbalance pushes with the square of the speed, damped by the frame; pressure goes with the square (affinity laws).
  measured.push(isTurning && vibration !== null ? vibration / thousands ** 1.5 : null);
  measured.push(isTurning && pressure !== null ? pressure / thousands ** 2 : null);
  measured.push(isTurning && power !== null && load !== null ? power / thousands / powerShare(load) : null);
  return measured;
}

/** By how much speed and load multiply a signal: what turns its value freed of them into what is measured. 1 where nothing is taken out. */
export function factorOfLoad(signal: Signal, values: Readonly<Record<string, unknown>>): number {
  const { load, speed } = values as Readonly<Record<Signal, number | null>>;
  const thousands = thousandsOf(speed);
  switch (signal) {
    case 'vibration':
      return thousands ** 1.5;
    case 'pressure':
      return thousands ** 2;
    case 'power':
      return thousands * powerShare(load ?? 0);
    case 'load':
    case 'temperature':
    case 'humidity':
    case 'speed':
      return 1;
  }
}
