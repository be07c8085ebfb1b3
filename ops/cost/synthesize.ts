import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Domain } from '../../core/domain';
import type { PipelineConfig } from '../../lib/config/pipeline-config';
import { buildPipeline } from '../../lib/pipeline';
import { projectRoot } from '../../lib/shared/node-bundle';
import type { RuntimeCode } from '../../lib/shared/runtime-code';
import { inventoryOf } from './inventory';
import type { Inventory } from './load';

/**
 * What a configuration's templates hold, from building them in this process; without the template validator, which `npm run synth`
 * has on.
 */
export function inventoryByBuilding(config: PipelineConfig, domain: Domain, code: RuntimeCode): Inventory {
  const outdir = mkdtempSync(join(tmpdir(), 'cost-'));
  const validation = process.env['CDK_VALIDATION'];
  process.env['CDK_VALIDATION'] = 'false';
  try {
    const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
    const app = new App({ outdir, context, analyticsReporting: false, stackTraces: false, treeMetadata: false });
    buildPipeline(app, { config, domain, code });
    return inventoryOf(app.synth().stacks.map(({ template }) => template as unknown));
  } finally {
    if (validation === undefined) {
      delete process.env['CDK_VALIDATION'];
    } else {
      process.env['CDK_VALIDATION'] = validation;
    }
    rmSync(outdir, { recursive: true, force: true });
  }
}

const built = new Map<string, Inventory>();

/** The same, built once for each network, set of keys, set of alarms, and with alerts or without: what else may differ changes the counts by an alarm at most. */
export function inventoryOnce(domain: Domain, code: RuntimeCode): (config: PipelineConfig) => Inventory {
  return (config) => {
    const { consumer, stage, network, encryption, monitoring } = config;
    const key = JSON.stringify([domain.name, stage, network, encryption, monitoring, consumer.alerts]);
    const inventory = built.get(key) ?? inventoryByBuilding(config, domain, code);
    built.set(key, inventory);
    return inventory;
  };
}
