import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { configurationOf } from '../../../lib/config/read-configuration';
import { FoundationStack } from '../../../lib/foundation/foundation-stack';
import { IngestionStack } from '../../../lib/ingestion/ingestion-stack';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { fixtureDomain } from '../fixture-domain';

const directory = mkdtempSync(join(tmpdir(), 'ingestion-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The ingestion stack with what it stands on and nothing else: a tenth of the time that the whole pipeline takes. */
export function buildIngestion(settings: StageSettings = {}, domain = fixtureDomain): IngestionStack {
  const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const outdir = mkdtempSync(join(directory, 'out-'));
  const app = new App({ outdir, context, analyticsReporting: false, stackTraces: false, treeMetadata: false });
  const config = configurationOf('example', settings);
  const prefix = `plant-example-${domain.name}`;
  const props = { config, domain, prefix };
  const foundation = new FoundationStack(app, `${prefix}-foundation`, props);
  return new IngestionStack(app, `${prefix}-ingestion`, { ...props, foundation });
}
