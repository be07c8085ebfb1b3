import { ConfigurationError } from './configuration-error';
import type { PipelineConfig } from './pipeline-config';
import { consumerRules } from './rules/consumer-rules';
import { environmentRules } from './rules/environment-rules';
import { ingestionRules } from './rules/ingestion-rules';
import { lakeRules } from './rules/lake-rules';
import { monitoringRules } from './rules/monitoring-rules';
import { networkRules } from './rules/network-rules';
import type { Rule } from './rules/rule';
import { scoringRules } from './rules/scoring-rules';
import { trainingRules } from './rules/training-rules';

/** The rules across keys, by what they are about. A new one goes into the list of its section. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  'Account, region and tags': environmentRules,
  Network: networkRules,
  Ingestion: ingestionRules,
  Consumer: consumerRules,
  'Lake and delivery': lakeRules,
  Training: trainingRules,
  Scoring: scoringRules,
  Monitoring: monitoringRules,
};

/** Holds a configuration to every rule across keys. @returns the same @throws ConfigurationError that has all that are broken */
export function ruled(config: PipelineConfig): PipelineConfig {
  const broken = Object.values(rules)
    .flat()
    .flatMap(({ check }) => check(config) ?? []);
  const error = ConfigurationError.of(broken);
  if (error !== undefined) {
    throw error;
  }
  return config;
}
