import { ConfigurationError } from './configuration-error';
import { stageNames, type PipelineConfig, type StageName } from './pipeline-config';
import { stages } from './stages';
import { validated } from './validate';

/** What the command line may set with `-c key=value`; everything else is in the stage's configuration. */
export interface CommandLineContext {
  /** dev or prod. @default 'dev' */
  readonly stage?: unknown;
  /** Replaces the stage's capacity with this many provisioned shards, and lets no more tasks run than shards. */
  readonly shards?: unknown;
  /** Replaces how the stage's consumer reads the stream: polling or fan-out. @default - what the stage says */
  readonly reading?: unknown;
  /** The stage's name: the second opt-in to delete data with its stack. @default - data is retained */
  readonly destroyData?: unknown;
}

/**
 * The configuration for a run of the app.
 * @throws ConfigurationError for anything that is not allowed
 */
export function readConfiguration(context: CommandLineContext): PipelineConfig {
  const stage = stages[stageName(context.stage)];
  return validated(withDestroyData(withReading(withShards(stage, context.shards), context.reading), context.destroyData));
}

function stageName(value: unknown): StageName {
  const name = stageNames.find((known) => known === (value ?? 'dev'));
  if (name === undefined) {
    throw new ConfigurationError('-c stage', value, `one of ${stageNames.join(', ')}`);
  }
  return name;
}

function withShards(config: PipelineConfig, value: unknown): PipelineConfig {
  if (value === undefined) {
    return config;
  }
  const shards = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof shards !== 'number' || !Number.isInteger(shards) || shards < 1 || shards > 10_000) {
    throw new ConfigurationError('-c shards', value, 'an integer from 1 to 10000');
  }
  return {
    ...config,
    ingestion: { ...config.ingestion, capacity: { mode: 'provisioned', shards } },
    consumer: { ...config.consumer, tasks: Math.min(config.consumer.tasks, shards) },
  };
}

function withReading(config: PipelineConfig, value: unknown): PipelineConfig {
  if (value === undefined) {
    return config;
  }
  if (value !== 'polling' && value !== 'fan-out') {
    throw new ConfigurationError('-c reading', value, 'polling or fan-out');
  }
  return { ...config, consumer: { ...config.consumer, reading: value } };
}

function withDestroyData(config: PipelineConfig, value: unknown): PipelineConfig {
  if (value === undefined) {
    return config;
  }
  if (value !== config.stage) {
    throw new ConfigurationError('-c destroyData', value, `the name of the stage, ${config.stage}, or left out`);
  }
  return { ...config, destroysData: true };
}
