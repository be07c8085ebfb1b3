import { ConfigurationError } from './configuration-error';
import { parseSettings } from './parse-settings';
import type { PipelineConfig, StageSettings } from './pipeline-config';
import { ruled } from './rules';
import { stages } from './stages';

/** What the command line may set with `-c key=value`; everything else is in the stage's configuration. */
export interface CommandLineContext {
  /** A key of `stages`. @default 'dev' */
  readonly stage?: unknown;
  /** Replaces the stage's capacity with this many provisioned shards, and lets no more tasks run than shards. */
  readonly shards?: unknown;
  /** Replaces how the stage's consumer reads the stream: polling or fan-out. @default - what the stage says */
  readonly reading?: unknown;
  /** Replaces whether the model in use answers requests: none or serverless. @default - what the stage says */
  readonly endpoint?: unknown;
  /** The stage's name: the second opt-in to delete data with its stack. @default - data is retained */
  readonly destroyData?: unknown;
}

/**
 * The configuration for a run of the app.
 * @throws ConfigurationError for anything that is not allowed
 */
export function readConfiguration(context: CommandLineContext): PipelineConfig {
  const stage = context.stage ?? 'dev';
  if (typeof stage !== 'string' || !Object.hasOwn(stages, stage)) {
    throw new ConfigurationError('-c stage', stage, `one of ${Object.keys(stages).join(', ')}`);
  }
  return configurationOf(stage, stages[stage] ?? {}, context);
}

/**
 * The configuration that a stage's settings make.
 * @param stage becomes part of names
 * @throws ConfigurationError for anything that is not allowed
 */
export function configurationOf(stage: string, settings: StageSettings, context: CommandLineContext = {}): PipelineConfig {
  if (!/^(?=.{1,12}$)[a-z](?:-?[a-z0-9])*$/.test(stage)) {
    throw new ConfigurationError('a stage’s name', stage, 'lower-case letters, digits and single hyphens, at most 12 characters');
  }
  const config: PipelineConfig = { ...parseSettings(settings), stage, destroysData: false };
  const read = withEndpoint(withReading(withShards(config, context.shards), context.reading), context.endpoint);
  return ruled(withDestroyData(read, context.destroyData));
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
    consumer: {
      ...config.consumer,
      tasks: Math.min(config.consumer.tasks, shards),
      maxTasks: Math.min(config.consumer.maxTasks, shards),
    },
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

function withEndpoint(config: PipelineConfig, value: unknown): PipelineConfig {
  if (value === undefined) {
    return config;
  }
  if (value !== 'none' && value !== 'serverless') {
    throw new ConfigurationError('-c endpoint', value, 'none or serverless');
  }
  return { ...config, scoring: { ...config.scoring, endpoint: { ...config.scoring.endpoint, mode: value } } };
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
