import type { MessageSchema } from '../../core/message';
import { causes, components, machineKinds, machineStates, maintenanceEvents } from './machines';

/** What reaches the stream from a plant. The plant's gateway numbers all messages about a machine, of both types, in one sequence. */
export const messages = {
  telemetry: {
    doc: "One reading of a machine's sensors and controller, every few minutes.",
    fields: {
      site: { type: 'string', doc: 'The plant that the machine stands in.', maxLength: 64 },
      machine: { type: 'string', doc: 'The kind of machine.', allowed: machineKinds },
      state: {
        type: 'string',
        doc: 'running; standby: ready but not needed; stopped: out of operation for service; fault: failed, until it is repaired.',
        allowed: machineStates,
      },
      alarm: {
        type: 'boolean',
        doc: "Whether the machine's own protection sees vibration or temperature above its fixed limit.",
      },
      load: { type: 'number', doc: 'Load, relative to the rated load.', unit: 'percent', minimum: 0, maximum: 150 },
      temperature: {
        type: 'number',
        doc: 'Temperature of the housing at the drive-end bearing.',
        unit: 'degC',
        minimum: -60,
        maximum: 400,
      },
      pressure: {
        type: 'number',
        doc: 'Gauge pressure at the outlet. Motors have none.',
        unit: 'kPa',
        minimum: -100,
        maximum: 5000,
        optional: true,
      },
      humidity: {
        type: 'number',
        doc: 'Relative humidity of the air around the machine. Not every machine has the sensor.',
        unit: 'percent',
        minimum: 0,
        maximum: 100,
        optional: true,
      },
      vibration: {
        type: 'number',
        doc: 'Vibration velocity at the drive-end bearing, root mean square, 10 to 1000 Hz (as in ISO 20816).',
        unit: 'mm/s',
        minimum: 0,
        maximum: 200,
      },
      speed: { type: 'number', doc: 'Speed of the shaft.', unit: 'rpm', minimum: 0, maximum: 20_000 },
      power: { type: 'number', doc: 'Electrical power drawn.', unit: 'kW', minimum: 0, maximum: 5000 },
    },
  },
  maintenance: {
    doc: 'One entry of the maintenance database about a machine, as change data capture brings it.',
    fields: {
      event: {
        type: 'string',
        doc: 'failure: the machine broke down; repair: it is back in operation after a failure; service: it is back after planned service.',
        allowed: maintenanceEvents,
      },
      component: { type: 'string', doc: 'The part concerned.', allowed: components },
      cause: { type: 'string', doc: 'Why, as the technician entered it.', allowed: causes },
      downtime: {
        type: 'number',
        doc: 'How long the machine was out of operation. Not known yet when it fails.',
        unit: 's',
        minimum: 0,
        maximum: 365 * 24 * 3600,
        optional: true,
      },
    },
  },
} as const satisfies Readonly<Record<string, MessageSchema>>;
