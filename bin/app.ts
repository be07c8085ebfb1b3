import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type * as cdk from 'aws-cdk-lib';
import { defaultDomain, domainNamed, domains } from '../domains';
import { commandLineKeys } from '../lib/config/command-line';
import { ConfigurationError } from '../lib/config/configuration-error';
import { readConfiguration } from '../lib/config/read-configuration';
import type * as pipeline from '../lib/pipeline';
import { bundleRuntimeCode } from '../lib/shared/runtime-code';

/** Exit code for a configuration that cannot be used. */
const invalidConfiguration = 2;

/** What the CDK's command line keeps in the context without an @ or a colon: `cdk acknowledge`. */
const keysOfTheCommandLine = ['acknowledged-issue-numbers'];

/** The CDK's own keys carry an @ or a colon; what does not and is not known is a slip of the pen, and must not pass for a default. */
function rejectUnknownKeys(app: cdk.App): void {
  const knownKeys: readonly string[] = Object.keys(commandLineKeys);
  const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(context)) {
    if (!/[@:]/.test(key) && ![...knownKeys, ...keysOfTheCommandLine].includes(key)) {
      throw new ConfigurationError(`-c ${key}`, value, `left out: the keys are ${knownKeys.join(', ')}`);
    }
  }
}

async function main(): Promise<void> {
  // esbuild is a process of its own: it bundles the runtime code while this one loads the CDK.
  const bundling = bundleRuntimeCode();
  bundling.catch(() => undefined);
  await setImmediate();
  const load = createRequire(__filename);
  const { App } = load('aws-cdk-lib') as typeof cdk;
  const { buildPipeline } = load('../lib/pipeline') as typeof pipeline;

  const app = new App();
  const context = (key: string): unknown => app.node.tryGetContext(key);
  rejectUnknownKeys(app);
  const config = readConfiguration({
    stage: context('stage'),
    shards: context('shards'),
    reading: context('reading'),
    endpoint: context('endpoint'),
    destroyData: context('destroyData'),
  });
  const name = context('domain') ?? defaultDomain;
  if (typeof name !== 'string' || !Object.hasOwn(domains, name)) {
    throw new ConfigurationError('-c domain', name, `one of ${Object.keys(domains).join(', ')}`);
  }
  buildPipeline(app, { config, domain: domainNamed(name), code: await bundling });
  app.synth();
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationError) {
    process.stderr.write(`Configuration error: ${error.message}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  // At once: left to end by itself, the app would write an empty assembly.
  process.exit(error instanceof ConfigurationError ? invalidConfiguration : 1);
});
