import type { SeededRandom } from '../../../core/random';
import { hourMs } from '../../../core/features/statistics';
import { Wander } from './wander';

/** A plant, and the climate around it. */
export interface Site {
  readonly name: string;
  /** Local time minus UTC, in hours. Shifts and days run by it. */
  readonly utcOffsetHours: number;
  /** Mean over the year inside the halls, in degC. */
  readonly meanTemperature: number;
  /** Half the difference between summer and winter, in K. */
  readonly seasonalSwing: number;
  /** Half the difference between afternoon and dawn, in K. */
  readonly dailySwing: number;
  /** Mean relative humidity, in percent. */
  readonly meanHumidity: number;
  /** The units that its gateways report in. */
  readonly gateway: 'si' | 'metric' | 'us';
}

export const sites: readonly Site[] = [
  { name: 'stuttgart', utcOffsetHours: 1, meanTemperature: 18, seasonalSwing: 6, dailySwing: 3, meanHumidity: 52, gateway: 'si' },
  { name: 'toledo', utcOffsetHours: -5, meanTemperature: 19, seasonalSwing: 8, dailySwing: 4, meanHumidity: 56, gateway: 'us' },
  {
    name: 'pune',
    utcOffsetHours: 5.5,
    meanTemperature: 28,
    seasonalSwing: 3,
    dailySwing: 5,
    meanHumidity: 63,
    gateway: 'metric',
  },
];

/** The air around a machine. */
export interface Air {
  /** In degC. */
  readonly temperature: number;
  /** Relative, in percent. */
  readonly humidity: number;
}

const dayMs = 24 * hourMs;
const yearMs = 365.2425 * dayMs;
/** Afternoons are warmest at three, summers in the last third of July. */
const warmestHour = 15;
const warmestDay = 203;

/** Season, time of day and weather of one site, as felt at one machine. */
export class Climate {
  private readonly weather: Wander;
  private readonly moisture: Wander;

  constructor(
    private readonly site: Site,
    /** How much warmer it is at the machine than in the hall, in K. */
    private readonly localHeat: number,
    random: SeededRandom,
  ) {
    this.weather = new Wander(1.5, 36 * hourMs, random);
    this.moisture = new Wander(6, 12 * hourMs, random);
  }

  /** The air at `time`, `elapsedMs` after the last call. */
  at(time: number, elapsedMs: number): Air {
    const { site } = this;
    const local = time + site.utcOffsetHours * hourMs;
    const season = Math.cos((2 * Math.PI * (local - warmestDay * dayMs)) / yearMs);
    const day = Math.cos((2 * Math.PI * (local - warmestHour * hourMs)) / dayMs);
    const deviation = site.dailySwing * day + this.weather.advance(elapsedMs);
    const temperature = site.meanTemperature + site.seasonalSwing * season + deviation + this.localHeat;
    // Warmer air holds more water: with the same moisture the relative humidity falls by about 3 points per kelvin.
    const humidity = site.meanHumidity - 3 * deviation - this.localHeat + this.moisture.advance(elapsedMs);
    return { temperature, humidity: Math.min(98, Math.max(8, humidity)) };
  }
}
