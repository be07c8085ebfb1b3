import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { defaultDomain, domainNamed } from '../domains';
import { readConfiguration } from '../lib/config/read-configuration';
import { configurationReference } from '../lib/config/reference';
import { resourceReference, type TemplatesOfStage } from '../lib/config/reference/resource-figures';
import { stages } from '../lib/config/stages';
import { queriesReference } from '../lib/delivery/queries-reference';
import { buildPipeline } from '../lib/pipeline';
import { projectRoot } from '../lib/shared/node-bundle';
import { rolesReference } from '../lib/security/roles-reference';
import { bundleRuntimeCode, type RuntimeCode } from '../lib/shared/runtime-code';

// Only counted here: `cdk synth` validates.
process.env['CDK_VALIDATION'] = 'false';

/** The templates of a stage for the default domain, by stack. */
function templatesOf(stage: string, code: RuntimeCode, outdir: string): TemplatesOfStage {
  const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ outdir: join(outdir, stage), context, analyticsReporting: false });
  const stacks = buildPipeline(app, { config: readConfiguration({ stage }), domain: domainNamed(defaultDomain), code });
  const assembly = app.synth();
  return Object.fromEntries(
    Object.entries<Stack>({ ...stacks }).map(([name, { artifactId }]) => [
      name,
      assembly.getStackArtifact(artifactId).template as object,
    ]),
  );
}

/** Writes the pages that are made of the code; a test holds each of them to it. */
async function main(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'docs-'));
  const code = await bundleRuntimeCode();
  const templates = Object.fromEntries(Object.keys(stages).map((stage) => [stage, templatesOf(stage, code, outdir)]));
  const pages = {
    'docs/configuration.md': configurationReference(),
    'docs/queries.md': queriesReference(domainNamed(defaultDomain)),
    'docs/resources.md': resourceReference(templates),
    'docs/roles.md': rolesReference('prod', templates.prod ?? {}),
  };
  rmSync(outdir, { recursive: true });
  for (const [path, text] of Object.entries(pages)) {
    writeFileSync(join(projectRoot, path), text);
    process.stdout.write(`${path}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
