import { hourMs } from '../../../core/features/statistics';
import type { SeededRandom } from '../../../core/random';
import type { Cause, Component, MachineState, MaintenanceEvent, Signal } from '../machines';
import { Climate } from './climate';
import { Duty, runningShare } from './duty';
import type { MachineSpecification } from './fleet';
import { Wander } from './wander';
import { partsOf, type Part } from './wear';

/** What a machine's sensors say, in canonical units; undefined where it has no sensor. */
export interface Reading {
  readonly time: number;
  readonly state: MachineState;
  readonly alarm: boolean;
  readonly signals: Readonly<Record<Signal, number | undefined>>;
}

/** What went into the maintenance database. */
export interface MaintenanceEntry {
  readonly time: number;
  readonly event: MaintenanceEvent;
  readonly component: Component;
  readonly cause: Cause;
  /** In hours; undefined for a failure. */
  readonly downtimeHours: number | undefined;
}

/** A machine out of operation. */
interface Outage {
  readonly state: 'stopped' | 'fault';
  readonly component: Component;
  readonly cause: Cause;
  readonly since: number;
  readonly until: number;
}

/** Mean time between failures that nothing announces (control, operation), compared with the scale of the parts' lives. */
const suddenRelativeLife = 25;
/** Mean time until somebody notices damage and has it serviced before it fails, once half of it is done. */
const noticedAfterMs = 150 * hourMs;
/** Mean time between services that the calendar brings. */
const serviceEveryMs = 25 * 24 * hourMs;
/** Disturbances of the process (cavitation, a clogged filter) shake a machine for some hours and harm nothing. */
const disturbanceEveryMs = 5 * 24 * hourMs;

/** One machine: duty, heat, wear, failures and repairs, seen through its sensors. */
export class Machine {
  private readonly climate: Climate;
  private readonly duty: Duty;
  private readonly parts: readonly Part[];
  private readonly drift: Wander;
  private readonly bias: { readonly temperature: number; readonly pressure: number; readonly power: number };
  private readonly noise: SeededRandom;
  private readonly chance: SeededRandom;
  private outage: Outage | undefined;
  /** Of the housing, in degC; undefined until the first step. */
  private housing: number | undefined;
  /** Imbalance by dirt: grows from service to service, shakes the machine and breaks nothing. */
  private fouling: number;
  private foulingPerHour: number;
  private disturbance = { until: -Infinity, strength: 0 };

  /** @param lifeMs scale of the parts' lives, in milliseconds of calendar time */
  constructor(
    readonly specification: MachineSpecification,
    private readonly lifeMs: number,
    random: SeededRandom,
  ) {
    this.climate = new Climate(specification.site, random.between(0, 5), random.fork('climate'));
    this.duty = new Duty(specification.schedule, specification.usualLoad, specification.site.utcOffsetHours, random.fork('duty'));
    this.parts = partsOf(specification.kind, lifeMs * runningShare[specification.schedule], random.fork('parts'));
    this.noise = random.fork('noise');
    this.chance = random.fork('chance');
    this.drift = new Wander(0.05, 72 * hourMs, random.fork('drift'));
    this.bias = { temperature: random.normal(0, 1), pressure: random.logNormal(1, 0.01), power: random.logNormal(1, 0.01) };
    this.foulingPerHour = random.between(0, 0.0008);
    this.fouling = this.foulingPerHour * random.between(0, 400);
  }

  /** Lets `elapsedMs` pass until `time`; reports what happened to the machine meanwhile, then what it reads. */
  step(time: number, elapsedMs: number): { readonly entries: readonly MaintenanceEntry[]; readonly reading: Reading } {
    const air = this.climate.at(time, elapsedMs);
    const wanted = this.duty.at(time, elapsedMs);
    const entries = this.operate(time, elapsedMs, wanted);
    const load = this.outage === undefined ? wanted : 0;
    const state = this.outage?.state ?? (load > 0 ? 'running' : 'standby');
    return { entries, reading: this.read(time, elapsedMs, state, load, air.temperature, air.humidity) };
  }

  /** Wear, failure, repair and service. */
  private operate(time: number, elapsedMs: number, wanted: number): MaintenanceEntry[] {
    if (this.outage !== undefined) {
      return time >= this.outage.until ? [this.restore(this.outage, time)] : [];
    }
    if (wanted > 0) {
      const heat = Math.max(0, (this.housing ?? 0) - 75) / 80;
      const stress = (0.55 + 0.6 * wanted) * (1 + heat);
      for (const part of this.parts) {
        part.wear(elapsedMs, stress);
      }
      this.fouling += (this.foulingPerHour * elapsedMs) / hourMs;
      const broken = this.parts.find((part) => part.hasFailed);
      const happens = (meanMs: number): boolean => this.chance.chance(1 - Math.exp(-elapsedMs / meanMs));
      if (broken !== undefined) {
        return [this.fail(time, broken.component, broken.cause)];
      }
      if (happens(this.lifeMs * suddenRelativeLife)) {
        return [this.fail(time, 'control', 'sudden')];
      }
      const worst = this.parts.reduce((worse, part) => (part.damage > worse.damage ? part : worse));
      if (happens(worst.damage > 0.5 ? noticedAfterMs : serviceEveryMs)) {
        const until = time + this.chance.between(1.5, 5) * hourMs;
        this.outage = { state: 'stopped', component: worst.component, cause: 'preventive', since: time, until };
      } else if (time > this.disturbance.until && happens(disturbanceEveryMs)) {
        const until = time + this.chance.between(1, 8) * hourMs;
        this.disturbance = { until, strength: this.chance.between(0.3, 1.3) };
      }
    }
    return [];
  }

  private fail(time: number, component: Component, cause: Cause): MaintenanceEntry {
    const until = time + Math.min(48, this.chance.logNormal(9, 0.5)) * hourMs;
    this.outage = { state: 'fault', component, cause, since: time, until };
    return { time, event: 'failure', component, cause, downtimeHours: undefined };
  }

  private restore({ state, component, cause, since }: Outage, time: number): MaintenanceEntry {
    // With the machine open, what else is visibly damaged is replaced as well.
    for (const part of this.parts) {
      if (part.component === component || part.damage > 0) {
        part.replace();
      }
    }
    this.fouling = 0;
    this.foulingPerHour = this.chance.between(0, 0.0008);
    this.outage = undefined;
    const event = state === 'fault' ? 'repair' : 'service';
    return { time, event, component, cause, downtimeHours: (time - since) / hourMs };
  }

  private symptom(component: Component): number {
    return this.parts.find((part) => part.component === component)?.symptom ?? 0;
  }

  private read(time: number, elapsedMs: number, state: MachineState, load: number, air: number, humidity: number): Reading {
    const { specification, noise, bias } = this;
    const [bearing, seal] = [this.symptom('bearing'), this.symptom('seal')];
    const [cooling, winding] = [this.symptom('cooling'), this.symptom('winding')];
    const isTurning = load > 0;
    const disturbed = isTurning && time < this.disturbance.until ? this.disturbance.strength : 0;
    // Induction machines slip a little under load; drives follow the load.
    const relativeSpeed = !isTurning ? 0 : specification.hasVariableSpeed ? 0.55 + 0.45 * load : 1 - 0.02 * load;
    const relativePower = isTurning
      ? (0.22 + 0.78 * load * relativeSpeed) * (1 + 0.05 * bearing + 0.2 * winding - 0.06 * seal)
      : 0;
    const rise =
      specification.temperatureRise * relativePower ** 1.3 * (1 + 0.85 * cooling + 0.4 * winding) +
      (isTurning ? 16 * bearing ** 1.5 : 0);
    const settled = air + rise;
    this.housing = settled + ((this.housing ?? settled) - settled) * Math.exp(-elapsedMs / specification.thermalMs);
    const vibration = isTurning
      ? specification.vibration *
        relativeSpeed ** 1.5 *
        (0.75 + 0.25 * load) *
        (1 + this.drift.advance(elapsedMs) + this.fouling + resonance(relativeSpeed, specification.resonance)) *
        (1 + 2.4 * bearing ** 1.7 + 0.25 * seal + 0.5 * disturbed) *
        noise.logNormal(1, 0.07)
      : noise.between(0.02, 0.12);
    const pressure =
      specification.ratedPressure === undefined
        ? undefined
        : specification.ratedPressure *
          bias.pressure *
          (relativeSpeed ** 2 * (1.12 - 0.2 * load) * (1 - 0.34 * seal - 0.06 * disturbed) + noise.normal(0, 0.012));
    const temperature = this.housing + bias.temperature + noise.normal(0, 0.4);
    return {
      time,
      state,
      alarm: vibration > specification.alarmVibration || temperature > specification.alarmTemperature,
      signals: {
        load: load * 100,
        temperature,
        pressure,
        humidity: specification.hasHumiditySensor ? Math.min(99, Math.max(3, humidity + noise.normal(0, 1.2))) : undefined,
        vibration,
        speed: isTurning ? specification.ratedSpeed * relativeSpeed + noise.normal(0, 2) : 0,
        power: isTurning ? specification.ratedPower * bias.power * relativePower * (1 + noise.normal(0, 0.012)) : 0,
      },
    };
  }
}

/** How much more a frame shakes near its resonance. */
const resonance = (speed: number, critical: number): number => 0.35 * Math.exp(-(((speed - critical) / 0.04) ** 2));
