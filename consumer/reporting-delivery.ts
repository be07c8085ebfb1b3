import { DeliveryRefusedError } from './pipeline';
import type { DeliveryPort } from './pipeline/delivery/delivery-port';

/** Tells of a delivery stream that refuses what it is given: trying again at the last checkpoint would end there again. */
export function reporting(port: DeliveryPort, onRefused: (error: DeliveryRefusedError) => void): DeliveryPort {
  return {
    put: async (stream, records, signal) => {
      try {
        return await port.put(stream, records, signal);
      } catch (error: unknown) {
        if (error instanceof DeliveryRefusedError) {
          onRefused(error);
        }
        throw error;
      }
    },
  };
}
