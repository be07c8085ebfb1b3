/** The kinds of machine in the plants. */
export const machineKinds = ['pump', 'fan', 'compressor', 'motor'] as const;
export type MachineKind = (typeof machineKinds)[number];

/** What a machine is doing: turning; ready but not needed; taken out of operation for service; failed and waiting for repair. */
export const machineStates = ['running', 'standby', 'stopped', 'fault'] as const;
export type MachineState = (typeof machineStates)[number];

/** What the maintenance database records. */
export const maintenanceEvents = ['failure', 'repair', 'service'] as const;
export type MaintenanceEvent = (typeof maintenanceEvents)[number];

/** The parts that fail or are serviced. */
export const components = ['bearing', 'seal', 'cooling', 'winding', 'control'] as const;
export type Component = (typeof components)[number];

/** What brought a part down, as a technician would enter it. */
export const causes = ['wear', 'leak', 'overheating', 'insulation', 'sudden', 'preventive'] as const;
export type Cause = (typeof causes)[number];

/** The signals that a machine reports with each reading. */
export const signals = ['load', 'temperature', 'pressure', 'humidity', 'vibration', 'speed', 'power'] as const;
export type Signal = (typeof signals)[number];
