import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { configurationOf } from '../../../lib/config/read-configuration';
import { FoundationStack } from '../../../lib/foundation/foundation-stack';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { fixtureDomain } from '../fixture-domain';

const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

/** The foundation alone, for a stage's settings: a fifth of the time that the whole pipeline takes. */
export function buildFoundation(settings: StageSettings = {}): FoundationStack {
  const app = new App({ context, analyticsReporting: false, stackTraces: false, treeMetadata: false });
  const config = configurationOf('test', settings);
  const { account, region } = config;
  return new FoundationStack(app, 'foundation', {
    ...(account !== undefined && region !== undefined && { env: { account, region } }),
    config,
    domain: fixtureDomain,
    prefix: 'app-test-fixture',
  });
}
