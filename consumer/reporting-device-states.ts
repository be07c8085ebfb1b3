import { DeviceStateRefusedError, type DeviceStateStore } from './pipeline';

/** Tells of a device state store that refuses what it is asked: trying again at the last checkpoint would end there again. */
export function reportingStates(store: DeviceStateStore, onRefused: (error: DeviceStateRefusedError) => void): DeviceStateStore {
  const told = async <Outcome>(call: Promise<Outcome>): Promise<Outcome> => {
    try {
      return await call;
    } catch (error: unknown) {
      if (error instanceof DeviceStateRefusedError) {
        onRefused(error);
      }
      throw error;
    }
  };
  return {
    load: (deviceIds, signal) => told(store.load(deviceIds, signal)),
    store: (write, signal) => told(store.store(write, signal)),
  };
}
