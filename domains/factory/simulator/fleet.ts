import type { SeededRandom } from '../../../core/random';
import type { MachineKind } from '../machines';
import { sites, type Site } from './climate';
import type { Schedule } from './duty';

/** What one machine is like when nothing is wrong with it. */
export interface MachineSpecification {
  readonly deviceId: string;
  readonly kind: MachineKind;
  readonly site: Site;
  readonly schedule: Schedule;
  /** Load when demand is as usual, from 0 to 1. */
  readonly usualLoad: number;
  /** Whether a drive turns it only as fast as the load needs. */
  readonly hasVariableSpeed: boolean;
  /** In rpm. */
  readonly ratedSpeed: number;
  /** In kW. */
  readonly ratedPower: number;
  /** Gauge pressure in kPa; undefined for motors. */
  readonly ratedPressure: number | undefined;
  /** Housing above the surrounding air at rated power, in K. */
  readonly temperatureRise: number;
  /** How long the housing takes to warm up (time constant), in milliseconds. */
  readonly thermalMs: number;
  /** Vibration at rated speed and load, in mm/s. */
  readonly vibration: number;
  /** A speed at which the frame resonates, relative to the rated speed. */
  readonly resonance: number;
  readonly hasHumiditySensor: boolean;
  /** Above these its own protection raises an alarm: in mm/s and degC. */
  readonly alarmVibration: number;
  readonly alarmTemperature: number;
}

interface KindSpecification {
  readonly kind: MachineKind;
  readonly speeds: readonly number[];
  readonly power: readonly [number, number];
  readonly pressure: readonly [number, number] | undefined;
  readonly rise: readonly [number, number];
  readonly vibration: number;
  readonly alarmTemperature: number;
}

const kinds: readonly KindSpecification[] = [
  {
    kind: 'pump',
    speeds: [1450, 2950],
    power: [11, 90],
    pressure: [250, 900],
    rise: [24, 36],
    vibration: 1.7,
    alarmTemperature: 85,
  },
  {
    kind: 'fan',
    speeds: [980, 1480],
    power: [7.5, 55],
    pressure: [1.5, 6],
    rise: [18, 28],
    vibration: 2.4,
    alarmTemperature: 80,
  },
  {
    kind: 'compressor',
    speeds: [2950, 4400],
    power: [45, 200],
    pressure: [600, 1000],
    rise: [38, 50],
    vibration: 2.1,
    alarmTemperature: 105,
  },
  {
    kind: 'motor',
    speeds: [1480, 2960],
    power: [11, 110],
    pressure: undefined,
    rise: [28, 42],
    vibration: 1.3,
    alarmTemperature: 95,
  },
];

const schedules: readonly Schedule[] = ['continuous', 'continuous', 'three-shift', 'two-shift', 'on-demand', 'two-shift'];

/** The fleet: kinds and plants in turn, everything else drawn per machine, so that machine 7 is the same in every fleet of a seed. */
export function fleet(devices: number, random: SeededRandom): MachineSpecification[] {
  return Array.from({ length: devices }, (_, index) => {
    const kind = kinds[index % kinds.length] as KindSpecification;
    const number = String(index + 1).padStart(4, '0');
    return specification(`${kind.kind}-${number}`, kind, random.fork(number));
  });
}

function specification(deviceId: string, kind: KindSpecification, random: SeededRandom): MachineSpecification {
  return {
    deviceId,
    kind: kind.kind,
    site: random.choice(sites),
    schedule: random.choice(schedules),
    usualLoad: random.between(0.6, 0.88),
    hasVariableSpeed: random.chance(0.4),
    ratedSpeed: random.choice(kind.speeds),
    ratedPower: random.between(...kind.power),
    ratedPressure: kind.pressure && random.between(...kind.pressure),
    temperatureRise: random.between(...kind.rise),
    thermalMs: random.between(40, 110) * 60_000,
    // Foundations, alignment and mounting make machines of one kind differ by more than wear does.
    vibration: random.logNormal(kind.vibration, 0.35),
    resonance: random.between(0.6, 1.1),
    hasHumiditySensor: random.chance(0.8),
    alarmVibration: 7.1,
    alarmTemperature: kind.alarmTemperature,
  };
}
