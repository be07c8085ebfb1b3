import type { Column } from '../../core/column';
import type { Table } from '../../core/domain';
import type { Unit } from '../../core/units';
import type { Signal } from './machines';

/** Length of the window of the features, in readings of the running machine: about four hours. */
export const windowReadings = 24;

/** How many readings of the running machine say what it is like when nothing is wrong. */
export const baselineReadings = 72;

/** How many messages back missing ones are counted. */
export const reportingMessages = 24;

/** A statistic over the window; `change` compares the window's mean with the baseline, freed of load and speed (normal-load.ts). */
export type Feature = 'mean' | 'deviation' | 'minimum' | 'maximum' | 'slope' | 'change';

/** Which features are kept of which signal. */
export const signalFeatures: readonly (readonly [Signal, readonly Feature[]])[] = [
  ['load', ['mean', 'change']],
  ['temperature', ['mean', 'deviation', 'maximum', 'slope', 'change']],
  ['pressure', ['mean', 'deviation', 'minimum', 'slope', 'change']],
  ['humidity', ['mean']],
  ['vibration', ['mean', 'deviation', 'minimum', 'maximum', 'slope', 'change']],
  ['speed', ['mean', 'deviation']],
  ['power', ['mean', 'deviation', 'slope', 'change']],
];

/** Signals whose change is a difference in their own unit; that of the others is relative, in percent of the baseline. */
export const absoluteChange: readonly Signal[] = ['load', 'temperature'];

const signalUnits: Readonly<Record<Signal, Unit>> = {
  load: 'percent',
  temperature: 'degC',
  pressure: 'kPa',
  humidity: 'percent',
  vibration: 'mm/s',
  speed: 'rpm',
  power: 'kW',
};

/** The column of one feature of one signal. */
export const featureColumn = (signal: Signal, feature: Feature): string => `${signal}_${feature}`;

const over = `over the last ${windowReadings} readings of the running machine, up to this one`;
const featureDocs: Readonly<Record<Feature, (signal: Signal) => string>> = {
  mean: (signal) => `Mean of ${signal} ${over}.`,
  deviation: (signal) => `Standard deviation of ${signal} ${over}.`,
  minimum: (signal) => `Smallest ${signal} ${over}.`,
  maximum: (signal) => `Largest ${signal} ${over}.`,
  slope: (signal) => `Trend of ${signal} ${over}, per hour.`,
  change: (signal) =>
    `${featureColumn(signal, 'mean')} against the mean of the first ${baselineReadings} readings of the running machine, or the first since its last maintenance` +
    (absoluteChange.includes(signal) ? ', as a difference.' : ', in percent; what load and speed do to it is taken out first.'),
};

const featureColumns: readonly Column[] = signalFeatures.flatMap(([signal, features]) =>
  features.map((feature) => ({
    name: featureColumn(signal, feature),
    type: 'double' as const,
    unit: feature === 'change' && !absoluteChange.includes(signal) ? 'percent' : signalUnits[signal],
    doc: featureDocs[feature](signal),
  })),
);

/**
 * Signals whose readings are held to be unusual or not. Load and speed are what is asked of the machine, and humidity is the weather:
 * unusual ones are nobody's fault, and what they do to the others is taken out of those.
 */
export const anomalySignals = ['temperature', 'pressure', 'vibration', 'power'] as const satisfies readonly Signal[];

/** The column that says how unusual a signal's value is. */
export const anomalyColumn = (signal: Signal): string => `${signal}_anomaly`;

const anomalyColumns: readonly Column[] = anomalySignals.map((signal) => ({
  name: anomalyColumn(signal),
  type: 'double' as const,
  doc:
    `How unusual ${signal} is: deviations from its moving mean before this reading, below 0 when smaller` +
    (absoluteChange.includes(signal) ? '.' : '; what load and speed do to it is taken out.') +
    ' Null out of operation and while too little is known.',
}));

const signalColumn = (signal: Signal, doc: string): Column => ({ name: signal, type: 'double', unit: signalUnits[signal], doc });

/** The tables of the lake. */
export const tables = {
  telemetry: {
    doc: 'One reading of a machine, in canonical units, with features over the readings before it. Features are null as long as the machine has not been seen running, and for a reading that arrives too late for the window.',
    columns: [
      { name: 'site', type: 'string', doc: 'The plant.' },
      { name: 'machine', type: 'string', doc: 'The kind of machine: pump, fan, compressor or motor.' },
      { name: 'state', type: 'string', doc: 'running, standby, stopped (for service) or fault (until repaired).' },
      { name: 'alarm', type: 'boolean', doc: "Whether the machine's own protection saw a value above its fixed limit." },
      signalColumn('load', 'Load, relative to the rated load.'),
      signalColumn('temperature', 'Temperature of the housing.'),
      signalColumn('pressure', 'Gauge pressure at the outlet; null for motors.'),
      signalColumn('humidity', 'Relative humidity around the machine; null without a sensor.'),
      signalColumn('vibration', 'Vibration velocity, root mean square.'),
      signalColumn('speed', 'Speed of the shaft.'),
      signalColumn('power', 'Electrical power drawn.'),
      ...featureColumns,
      ...anomalyColumns,
      { name: 'running_readings', type: 'int', doc: 'How many readings the features are made of.' },
      { name: 'since_last', type: 'double', unit: 's', doc: "Event time since the device's message before; null for the first." },
      { name: 'missing_messages', type: 'int', doc: `Numbers that are missing among the last ${reportingMessages} messages.` },
      {
        name: 'since_maintenance',
        type: 'double',
        unit: 's',
        doc: 'Event time since the last repair or service that is known; null when none is.',
      },
    ],
  },
  maintenance: {
    doc: 'One entry of the maintenance database: a failure, a repair or a planned service.',
    columns: [
      { name: 'event', type: 'string', doc: 'failure, repair (back after a failure) or service (back after planned service).' },
      { name: 'component', type: 'string', doc: 'The part concerned.' },
      { name: 'cause', type: 'string', doc: 'Why, as the technician entered it.' },
      { name: 'downtime', type: 'double', unit: 's', doc: 'How long the machine was out of operation; null for a failure.' },
    ],
  },
} as const satisfies Readonly<Record<string, Table>>;
