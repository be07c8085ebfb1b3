import { RememberedDevices } from '../../../consumer/pipeline/device-state/shard-devices';
import { FairShare } from '../../../consumer/pipeline/fair-share';

/** Devices in memory, for tests of what works on them. */
export function rememberedDevices(capacity = 1_000): RememberedDevices {
  return new RememberedDevices(new FairShare(capacity, capacity).join());
}
