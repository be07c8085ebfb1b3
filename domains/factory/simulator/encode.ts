import { toCanonical, type Unit } from '../../../core/units';
import { signals, type Signal } from '../machines';
import type { Site } from './climate';
import type { MachineSpecification } from './fleet';
import type { MaintenanceEntry, Reading } from './machine';

/** A message as a gateway builds it, before it becomes bytes. */
export type MessageBody = Record<string, unknown>;

/** The canonical units that the schema is in. */
const canonical: Readonly<Record<Signal, Unit>> = {
  load: 'percent',
  temperature: 'degC',
  pressure: 'kPa',
  humidity: 'percent',
  vibration: 'mm/s',
  speed: 'rpm',
  power: 'kW',
};

/** The units in which the gateways of a site report, where not the canonical ones. */
const gatewayUnits: Readonly<Record<Site['gateway'], Readonly<Partial<Record<Signal, Unit>>>>> = {
  si: {},
  metric: { pressure: 'bar', power: 'W' },
  us: { temperature: 'degF', pressure: 'psi', vibration: 'in/s', power: 'hp' },
};

/** Steps per unit that the sensors resolve. */
const steps: Readonly<Partial<Record<Unit, number>>> = {
  percent: 10,
  degC: 100,
  degF: 100,
  kPa: 1000,
  bar: 1e5,
  psi: 1e4,
  'mm/s': 1000,
  'in/s': 1e5,
  rpm: 10,
  kW: 100,
  W: 0.1,
  hp: 100,
};

/** How a machine's gateway writes its messages: units and resolution are worked out once per machine. */
export class Encoder {
  private readonly scales: readonly { signal: Signal; scale: number; offset: number; steps: number }[];
  private readonly units: Readonly<Record<string, string>> | undefined;

  constructor(private readonly machine: MachineSpecification) {
    const reported = gatewayUnits[machine.site.gateway];
    this.scales = signals.map((signal) => {
      const unit = reported[signal] ?? canonical[signal];
      const offset = toCanonical(0, unit);
      return { signal, scale: toCanonical(1, unit) - offset, offset, steps: steps[unit] ?? 1000 };
    });
    const named = Object.entries(reported).filter(([signal]) => signal !== 'pressure' || machine.ratedPressure !== undefined);
    this.units = named.length === 0 ? undefined : Object.fromEntries(named);
  }

  /** A message of type `telemetry`. */
  reading(reading: Reading, sequence: number): MessageBody {
    const { machine } = this;
    const body: MessageBody = {
      source_type: 'telemetry',
      device_id: machine.deviceId,
      sequence,
      event_time: new Date(reading.time).toISOString(),
      site: machine.site.name,
      machine: machine.kind,
      state: reading.state,
      alarm: reading.alarm,
    };
    for (const { signal, scale, offset, steps: perUnit } of this.scales) {
      const value = reading.signals[signal];
      if (value !== undefined) {
        body[signal] = Math.round(((value - offset) / scale) * perUnit) / perUnit;
      }
    }
    if (this.units !== undefined) {
      body['units'] = this.units;
    }
    return body;
  }

  /** A message of type `maintenance`. The database counts in hours. */
  entry(entry: MaintenanceEntry, sequence: number): MessageBody {
    return {
      source_type: 'maintenance',
      device_id: this.machine.deviceId,
      sequence,
      event_time: new Date(entry.time).toISOString(),
      event: entry.event,
      component: entry.component,
      cause: entry.cause,
      ...(entry.downtimeHours !== undefined && {
        downtime: Math.round(entry.downtimeHours * 100) / 100,
        units: { downtime: 'h' },
      }),
    };
  }
}

/** A message's bytes. */
export const bytesOf = (body: MessageBody): Uint8Array => Buffer.from(JSON.stringify(body), 'utf8');
