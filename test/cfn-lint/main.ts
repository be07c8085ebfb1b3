import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { GithubAccessStack } from '../../lib/ci/github-access-stack';
import { configurationOf } from '../../lib/config/read-configuration';
import { buildPipeline } from '../../lib/pipeline';
import { projectRoot } from '../../lib/shared/node-bundle';
import { exampleConfigurations, type ExampleConfiguration } from '../lib/configurations';
import { fixtureCode } from '../lib/fixture-code';
import { ignores, type Ignore } from './ignores';
import { NoPythonError } from '../python/environment';
import { lint, prepareLinter, type LintFinding } from './linter';

/**
 * `npm run lint:cfn`: synthesizes every example configuration, and the access of CI, and has cfn-lint read the templates against the
 * schemas of the region that each is for. Exit code 1 when it finds something that `ignores.ts` does not list, or that is listed in vain;
 * 2 when it cannot be had. With `--brief`, of each region's configurations the first one only.
 *
 * The templates are linted as they are: cfn-lint knows Fn::GetStackOutput, by which the stacks refer to each other.
 */
async function main(): Promise<number> {
  const brief = process.argv.includes('--brief');
  const out = join(projectRoot, '.out', 'cfn-lint');
  const program = prepareLinter(out);
  const began = performance.now();
  // The library's own validator has its turn in a full synthesis.
  process.env['CDK_VALIDATION'] = 'false';
  rmSync(join(out, 'templates'), { recursive: true, force: true });
  const byRegion = new Map<string, string[]>();
  const seen = new Set<string>();
  exampleConfigurations.forEach((configuration, index) => {
    if (brief && byRegion.has(regionOf(configuration))) {
      return;
    }
    const { region, templates } = synthesize(configuration, join(out, 'templates', String(index + 1)), out);
    // Many configurations differ in one stack alone.
    const others = templates.filter((template) => {
      const text = `${region} ${readFileSync(template, 'utf8')}`;
      return !seen.has(text) && seen.add(text);
    });
    byRegion.set(region, [...(byRegion.get(region) ?? []), ...others]);
  });
  byRegion.set(anyRegion, [...(byRegion.get(anyRegion) ?? []), synthesizeAccess(join(out, 'templates', 'access'))]);
  const count = [...byRegion.values()].flat().length;
  const findings = (await Promise.all([...byRegion].map(([region, templates]) => lint(program, region, templates)))).flat();
  const judged = judge(findings);
  const { open } = judged;
  // What one configuration does not have, another may.
  const stale = brief ? [] : judged.stale;
  for (const line of open) {
    process.stdout.write(`${line}\n`);
  }
  for (const { rule, where } of stale) {
    process.stdout.write(`ignores.ts: ${rule} at ${String(where)} is found nowhere any more\n`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const ignored = findings.length - open.length;
  process.stdout.write(
    `${count} different templates of ${brief ? byRegion.size : exampleConfigurations.length} configurations, ${byRegion.size} regions, in ${seconds} s: ` +
      `${open.length} open, ${ignored} ignored for ${ignores.length} reasons\n`,
  );
  return open.length + stale.length === 0 ? 0 : 1;
}

/** Where an app that is bound to no region is deployed, as far as the schemas are concerned. */
const anyRegion = 'us-east-1';

/** The region whose schemas a configuration is held to. */
function regionOf({ context, settings }: Pick<ExampleConfiguration, 'context' | 'settings'>): string {
  const stage = typeof context?.stage === 'string' ? context.stage : 'example';
  return configurationOf(stage, settings, context).region ?? anyRegion;
}

function synthesize(configuration: ExampleConfiguration, outdir: string, codeDirectory: string) {
  const { context, domain, settings } = configuration;
  const flags = (JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> }).context;
  const app = new App({ outdir, context: flags, analyticsReporting: false, treeMetadata: false });
  const stage = typeof context?.stage === 'string' ? context.stage : 'example';
  const config = configurationOf(stage, settings, context);
  buildPipeline(app, { config, domain, code: fixtureCode(join(codeDirectory, 'code')) });
  const { stacks } = app.synth();
  return { region: regionOf(configuration), templates: stacks.map(({ templateFullPath }) => templateFullPath) };
}

/** The stack by which GitHub's workflows deploy: an app of its own. */
function synthesizeAccess(outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  const stack = new GithubAccessStack(app, 'github-access', { repository: 'acme/pipeline', environments: ['dev', 'prod'] });
  return app.synth().getStackArtifact(stack.artifactId).templateFullPath;
}

function judge(findings: readonly LintFinding[]): { readonly open: readonly string[]; readonly stale: readonly Ignore[] } {
  const used = new Set<Ignore>();
  const open = findings.flatMap((finding) => {
    const stack = /([^-]+)\.template\.json$/.exec(basename(finding.Filename))?.[1] ?? '';
    const where = [stack, ...finding.Location.Path].join('/');
    const ignore = ignores.find((one) => one.rule === finding.Rule.Id && one.where.test(where));
    if (ignore !== undefined) {
      used.add(ignore);
      return [];
    }
    const configuration = exampleConfigurations[Number(finding.Filename.split('/').at(-2)) - 1]?.name ?? 'the access of GitHub';
    return [`${finding.Rule.Id} ${finding.Level} at ${where}, ${configuration}: ${finding.Message}`];
  });
  return { open, stale: ignores.filter((one) => !used.has(one)) };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = error instanceof NoPythonError ? 2 : 1;
  },
);
