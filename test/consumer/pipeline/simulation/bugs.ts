import type { PlantedBug } from '../../../../consumer/kcl/simulator/bugs';
import type { SimulatedDomain } from './messages';

/** A bug that is planted to see that the simulation would notice it. */
export interface DeviceBug extends Pick<PlantedBug, 'patches' | 'run'> {
  readonly means: string;
  readonly domain: SimulatedDomain;
  /** The seed to try first, found by trying all from 1 on. */
  readonly fromSeed: number;
}

const folder = 'pipeline/device-state';

/** Files are below `consumer/`. */
export const deviceBugs = {
  'no-fence': {
    means: 'a worker that was paused writes over what its successor has stored',
    domain: 'fixture',
    run: { faults: ['late-request', 'processor-failure', 'partition', 'suspend', 'pause'], workers: 3, shards: 3 },
    fromSeed: 27,
    patches: [
      {
        file: `${folder}/stored-device.ts`,
        find: 'return stored.fence < write.fence || (stored.fence === write.fence && was <= is) ? undefined : ',
        replace: 'return stored.fence >= 0 || was <= is ? undefined : ',
      },
    ],
  },
  'late-write-of-ones-own': {
    means: 'a write that comes late takes the item back behind a later one of the same processor',
    domain: 'fixture',
    run: { faults: ['restart', 'late-request', 'pause', 'crash'], workers: 3, shards: 2 },
    fromSeed: 41,
    patches: [
      {
        file: `${folder}/stored-device.ts`,
        find: '(stored.fence === write.fence && was <= is)',
        replace: 'stored.fence === write.fence',
      },
    ],
  },
  'lost-lease-begins-anew': {
    means: 'a worker that has lost the shard begins a device anew, since its successor has stored later versions only',
    domain: 'fixture',
    run: { faults: ['partition', 'suspend', 'pause', 'late-request'], workers: 3, shards: 2 },
    fromSeed: 10,
    patches: [
      {
        file: `${folder}/stored-devices.ts`,
        find: "if (contested.some && (await confirmLease()) === 'lost') {",
        replace: "if (contested.some && (await Promise.resolve(confirmLease.name)) === 'lost') {",
      },
    ],
  },
  'stored-after-the-checkpoint': {
    means: 'devices are stored when the checkpoint has moved already',
    domain: 'fixture',
    fromSeed: 5,
    patches: [
      {
        file: 'pipeline/telemetry-processor.ts',
        find: "if ((await this.deliver()) === 'aborted' || (await this.devices.store()) === 'aborted' || this.isStopped()) {",
        replace: "if ((await this.deliver()) === 'aborted' || this.isStopped()) {",
      },
      {
        file: 'pipeline/telemetry-processor.ts',
        find: 'this.checkpointed = through;',
        replace: 'this.checkpointed = through;\n    await this.devices.store();',
      },
    ],
  },
  'checkpoint-before-devices-are-stored': {
    means: 'a checkpoint does not wait for the devices that could not be stored',
    domain: 'fixture',
    fromSeed: 35,
    patches: [
      {
        file: `${folder}/stored-devices.ts`,
        find: 'const outcome = await this.options.store.store(write);',
        replace:
          "const outcome = await Promise.race([this.options.store.store(write), this.options.clock.sleep(20).then(() => 'stored' as const)]);",
      },
    ],
  },
  'previous-not-kept': {
    means: 'only the newest version is stored',
    domain: 'fixture',
    fromSeed: 13,
    patches: [{ file: `${folder}/stored-devices.ts`, find: 'previous: device.stored,', replace: 'previous: undefined,' }],
  },
  'newest-version-taken': {
    means: 'the newest version goes on, wherever the checkpoint is',
    domain: 'fixture',
    fromSeed: 3,
    patches: [
      {
        file: `${folder}/stored-device.ts`,
        find: 'version !== undefined && version.position < position',
        replace: 'version !== undefined && position !== undefined',
      },
    ],
  },
  'seen-messages-not-stored': {
    means: 'which messages were seen is forgotten',
    domain: 'fixture',
    fromSeed: 1,
    patches: [
      {
        file: `${folder}/device-envelope.ts`,
        find: 'seen = SequenceWindow.read(reader);',
        replace: 'SequenceWindow.read(reader);\n    seen = new SequenceWindow();',
      },
    ],
  },
  'changed-devices-leave-memory': {
    means: 'devices leave memory before they are stored',
    domain: 'fixture',
    fromSeed: 1,
    patches: [
      {
        file: `${folder}/stored-devices.ts`,
        find: '({ change, id }) => change === undefined && !first.has(id)',
        replace: '({ id }) => !first.has(id)',
      },
    ],
  },
} as const satisfies Readonly<Record<string, DeviceBug>>;
