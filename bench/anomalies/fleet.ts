import { decode } from '../../consumer/pipeline/decode';
import { Rejection } from '../../consumer/pipeline/rejection';
import { compileValidator } from '../../consumer/pipeline/validate/message-validator';
import type { SimulationOptions } from '../../core/domain';
import type { Message } from '../../core/message';
import { detector } from '../../domains/factory/anomaly';
import { factory } from '../../domains/factory/domain';
import type { MachineMemory } from '../../domains/factory/process';
import { worthOf, type WarningResult } from './warnings';

/** How long before a failure an alert counts as a warning of it. */
export const aheadHours = 72;

/** What the alerts of a simulated fleet are worth, and beside them the protection that the machines have of themselves. */
export interface FleetResult extends SimulationOptions {
  readonly aheadHours: number;
  readonly anomalies: WarningResult & { readonly bySignal: Readonly<Record<string, number>> };
  /** Fixed limits on vibration and temperature, each machine's own; warned of as seldom as anomalies are. */
  readonly ownProtection: WarningResult;
}

interface Watched {
  from: number;
  to: number;
  memory: MachineMemory | undefined;
  readonly failures: { readonly time: number; readonly cause: string }[];
  readonly alerts: number[];
  readonly alarms: number[];
  /** Readings of the running machine until another alarm counts. */
  quiet: number;
}

/** Runs a simulated fleet through the domain, as the consumer would. */
export function fleetResult(options: SimulationOptions): FleetResult {
  const machines = new Map<string, Watched>();
  const bySignal: Record<string, number> = {};
  for (const message of messages(options)) {
    const { deviceId, eventTime, sourceType, values } = message;
    const machine = machines.get(deviceId) ?? newMachine(eventTime);
    machines.set(deviceId, machine);
    machine.from = Math.min(machine.from, eventTime);
    machine.to = Math.max(machine.to, eventTime);
    const { alerts = [], state } = factory.process(message, machine.memory);
    machine.memory = state;
    for (const { signal } of alerts) {
      machine.alerts.push(eventTime);
      bySignal[signal] = (bySignal[signal] ?? 0) + 1;
    }
    if (sourceType === 'maintenance' && values['event'] === 'failure') {
      machine.failures.push({ time: eventTime, cause: String(values['cause']) });
    } else if (values['state'] === 'running') {
      noteAlarm(machine, eventTime, values['alarm'] === true);
    }
  }
  const histories = [...machines.values()];
  const worth = (warnings: 'alerts' | 'alarms'): WarningResult =>
    worthOf(
      histories.map((machine) => ({ ...machine, warnings: machine[warnings] })),
      aheadHours,
    );
  return { ...options, aheadHours, anomalies: { ...worth('alerts'), bySignal }, ownProtection: worth('alarms') };
}

const newMachine = (time: number): Watched => ({
  from: time,
  to: time,
  memory: undefined,
  failures: [],
  alerts: [],
  alarms: [],
  quiet: 0,
});

function noteAlarm(machine: Watched, time: number, isOn: boolean): void {
  if (machine.quiet > 0) {
    machine.quiet -= 1;
  } else if (isOn) {
    machine.alarms.push(time);
    machine.quiet = detector.refractoryReadings;
  }
}

/** What arrives whole, and once. */
function* messages(options: SimulationOptions): Generator<Message> {
  const validate = compileValidator(factory);
  for (const { data, expected } of factory.simulator?.simulate(options) ?? []) {
    const document = expected === 'delivered' ? decode(data, factory.maxMessageBytes) : undefined;
    const message = document === undefined || document instanceof Rejection ? undefined : validate(document, options.endTime);
    if (message !== undefined && !(message instanceof Rejection)) {
      yield message;
    }
  }
}
