import type { PipelineConfig } from '../../lib/config/pipeline-config';
import type { Load, Scenario } from './load';
import { shardsToProvision } from './traffic';

/** Something that the stage's file or the sender can say differently. */
export interface Change {
  /** What to do, as it is written in the configuration or on the sender. */
  readonly title: string;
  /** What it costs in other ways. */
  readonly but: string;
  readonly config?: PipelineConfig;
  readonly load?: Load;
  /** Only to look back at what is done already. */
  readonly packed?: boolean;
}

/** Longer than this is more to process again than most would want. */
const longCheckpointIntervalMs = 300_000;

/** The changes that make sense for a scenario; whether they save anything, only the estimate knows. */
export function possibleChanges(scenario: Scenario): readonly Change[] {
  return [...senderChanges(scenario), ...streamChanges(scenario), ...consumerChanges(scenario), ...otherChanges(scenario)];
}

/** What the pipeline does already, undone: how much it saves. */
export function undone({ config, load }: Scenario): readonly Change[] {
  const { consumer, training } = config;
  return [
    { title: 'rows packed into large Firehose records', but: '', packed: false },
    ...(consumer.architecture === 'arm64'
      ? [{ title: 'tasks on ARM64', but: '', config: { ...config, consumer: { ...consumer, architecture: 'x86-64' as const } } }]
      : []),
    ...(consumer.reading === 'polling'
      ? [
          {
            title: 'polling, not fan-out',
            but: '',
            config: { ...config, consumer: { ...consumer, reading: 'fan-out' as const } },
          },
        ]
      : []),
    ...(consumer.spotPercent > 0
      ? [
          {
            title: `${consumer.spotPercent} % of the tasks on spot`,
            but: '',
            config: { ...config, consumer: { ...consumer, spotPercent: 0 } },
          },
        ]
      : []),
    ...(training.useSpot
      ? [{ title: 'training on spot', but: '', config: { ...config, training: { ...training, useSpot: false } } }]
      : []),
    ...(load.sender === 'basic-ingest'
      ? [{ title: 'Basic Ingest', but: '', load: { ...load, sender: 'iot-core' as const } }]
      : []),
  ];
}

function senderChanges({ config, load }: Scenario): readonly Change[] {
  const gateway = { ...config, ingestion: { ...config.ingestion, iotCore: false } };
  return [
    ...(load.sender === 'iot-core'
      ? [
          {
            title: 'devices publish by Basic Ingest ($aws/rules/...)',
            but: 'nobody can subscribe to the messages',
            load: { ...load, sender: 'basic-ingest' as const },
          },
        ]
      : []),
    ...(load.sender === 'kpl'
      ? []
      : [
          {
            title: 'gateways aggregate with the KPL, instead of IoT Core',
            but: 'a gateway to run; counted is one that all devices reach',
            load: { ...load, sender: 'kpl' as const },
            config: gateway,
          },
        ]),
  ];
}

function streamChanges(scenario: Scenario): readonly Change[] {
  const { config } = scenario;
  const { ingestion, consumer } = config;
  // A task without a shard would do nothing, and fewer tasks than the stage asks for are not what is compared here.
  const shards = Math.max(shardsToProvision(scenario), consumer.tasks);
  const bounded = { ...consumer, maxTasks: Math.min(consumer.maxTasks, shards) };
  const onDemand = ingestion.capacity.mode === 'on-demand';
  return [
    {
      title: onDemand
        ? `ingestion.capacity: provisioned, ${shards} ${shards === 1 ? 'shard' : 'shards'}`
        : 'ingestion.capacity: on-demand',
      but: onDemand ? 'resharding is yours when the load grows' : 'billed by the volume',
      config: onDemand
        ? { ...config, ingestion: { ...ingestion, capacity: { mode: 'provisioned', shards } }, consumer: bounded }
        : { ...config, ingestion: { ...ingestion, capacity: { mode: 'on-demand' } } },
    },
    ...(ingestion.retentionHours > 24
      ? [
          {
            title: 'ingestion.retentionHours: 24',
            but: 'a consumer must be repaired within a day',
            config: { ...config, ingestion: { ...ingestion, retentionHours: 24 } },
          },
        ]
      : []),
  ];
}

function consumerChanges({ config }: Scenario): readonly Change[] {
  const { consumer } = config;
  const set = (changed: Partial<PipelineConfig['consumer']>): PipelineConfig => ({
    ...config,
    consumer: { ...consumer, ...changed },
  });
  return [
    ...(consumer.spotPercent < 50
      ? [
          {
            title: 'consumer.spotPercent: 50',
            but: 'two minutes’ notice, and shards are handed over',
            config: set({ spotPercent: 50 }),
          },
        ]
      : []),
    ...(consumer.checkpointIntervalMs < longCheckpointIntervalMs
      ? [
          {
            title: `consumer.checkpointIntervalMs: ${longCheckpointIntervalMs}`,
            but: 'after a crash five minutes are processed again',
            config: set({ checkpointIntervalMs: longCheckpointIntervalMs }),
          },
        ]
      : []),
    ...(consumer.architecture === 'x86-64'
      ? [{ title: 'consumer.architecture: arm64', but: 'nothing', config: set({ architecture: 'arm64' }) }]
      : []),
    ...(consumer.reading === 'fan-out'
      ? [
          {
            title: 'consumer.reading: polling',
            but: 'up to a second later; shares 2 MiB/s of a shard',
            config: set({ reading: 'polling' }),
          },
        ]
      : []),
    ...(consumer.alerts
      ? [
          {
            title: 'consumer.alerts: false',
            but: 'nobody is told of an unusual reading; its score is in the lake',
            // Without a topic nobody can be subscribed to it.
            config: set({ alerts: false, alertEmails: [] }),
          },
        ]
      : []),
    ...(consumer.cloudWatchMetrics === 'shards'
      ? [
          {
            title: 'consumer.cloudWatchMetrics: application',
            but: 'no metrics of single shards',
            config: set({ cloudWatchMetrics: 'application' }),
          },
        ]
      : []),
  ];
}

function otherChanges({ config, inventory }: Scenario): readonly Change[] {
  const { network, lake, training } = config;
  const inZones = (natGateways: number, availabilityZones: number): PipelineConfig =>
    network.mode === 'new' ? { ...config, network: { ...network, natGateways, availabilityZones } } : config;
  return [
    ...(network.mode === 'new' && network.natGateways > 0
      ? [
          {
            title: 'network.natGateways: 0, endpoints instead',
            but: 'no way out to the internet',
            config: inZones(0, network.availabilityZones),
          },
        ]
      : []),
    ...(network.mode === 'new' && inventory.endpointZones > 0
      ? [
          {
            title: 'network.natGateways: 1, instead of endpoints',
            but: 'a way out to the internet; one zone',
            config: inZones(1, network.availabilityZones),
          },
        ]
      : []),
    ...(network.mode === 'new' && network.availabilityZones > 2
      ? [
          {
            title: 'network.availabilityZones: 2',
            but: 'one zone less to lose',
            config: inZones(Math.min(network.natGateways, 2), 2),
          },
        ]
      : []),
    ...((lake.infrequentAccessAfterDays ?? Infinity) > 30
      ? [
          {
            title: 'lake.infrequentAccessAfterDays: 30',
            but: 'reading older files costs',
            config: { ...config, lake: { ...lake, infrequentAccessAfterDays: 30 } },
          },
        ]
      : []),
    ...(training.tuning.maxJobs === 0
      ? []
      : [
          {
            title: 'training.tuning.maxJobs: 0',
            but: 'hyperparameters are what the domain says',
            config: { ...config, training: { ...training, tuning: { ...training.tuning, maxJobs: 0 } } },
          },
        ]),
    ...(training.useSpot
      ? []
      : [
          {
            title: 'training.useSpot: true',
            but: 'a job may wait or be interrupted',
            config: { ...config, training: { ...training, useSpot: true } },
          },
        ]),
  ];
}
