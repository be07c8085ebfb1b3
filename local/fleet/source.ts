import type { Domain, OutgoingRecord } from '../../core/domain';
import { FleetError } from './fleet-error';
import { checkReadable, linesOf } from './lines';
import type { FleetSettings } from './settings';

/**
 * The records to send: the domain's simulated fleet, or the files to replay, read by the domain's reader.
 * @throws FleetError when the domain cannot be simulated, or a file cannot be read: before anything is sent
 */
export async function openSource(
  domain: Domain,
  settings: FleetSettings,
): Promise<Iterable<OutgoingRecord> | AsyncIterable<OutgoingRecord>> {
  if (settings.replay.length > 0) {
    await checkReadable(settings.replay);
    return replayed(domain, settings.replay);
  }
  const { simulator } = domain;
  if (simulator === undefined) {
    throw new FleetError(
      'bad-settings',
      `domain ${domain.name} has no simulator: it needs files to replay (${domain.reader.format})`,
    );
  }
  const { devices = simulator.defaultDevices, records, seed, endTime } = settings;
  return simulator.simulate({ devices, records, seed, endTime });
}

async function* replayed(domain: Domain, files: readonly string[]): AsyncGenerator<OutgoingRecord> {
  for (const file of files) {
    const recorded = domain.reader.open(file);
    for await (const line of linesOf(file)) {
      yield* recorded.record(line);
    }
    yield* recorded.end?.() ?? [];
  }
}
