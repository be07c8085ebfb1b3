import { App } from 'aws-cdk-lib';
import { defaultDomain, domainNamed, domains } from '../domains';
import { ConfigurationError } from '../lib/config/configuration-error';
import { readConfiguration } from '../lib/config/read-configuration';
import { buildPipeline } from '../lib/pipeline';
import { bundleRuntimeCode } from '../lib/shared/runtime-code';

/** Exit code for a configuration that cannot be used. */
const invalidConfiguration = 2;

/** What `-c` may set. */
const knownKeys = ['stage', 'domain', 'shards', 'destroyData'];

/** The CDK's own keys carry an @ or a colon; what does not and is not known is a slip of the pen, and must not pass for a default. */
function rejectUnknownKeys(app: App): void {
  const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(context)) {
    if (!/[@:]/.test(key) && !knownKeys.includes(key)) {
      throw new ConfigurationError(`-c ${key}`, value, `left out: the keys are ${knownKeys.join(', ')}`);
    }
  }
}

try {
  const app = new App();
  const context = (key: string): unknown => app.node.tryGetContext(key);
  rejectUnknownKeys(app);
  const config = readConfiguration({ stage: context('stage'), shards: context('shards'), destroyData: context('destroyData') });
  const name = context('domain') ?? defaultDomain;
  if (typeof name !== 'string' || !Object.hasOwn(domains, name)) {
    throw new ConfigurationError('-c domain', name, `one of ${Object.keys(domains).join(', ')}`);
  }
  buildPipeline(app, { config, domain: domainNamed(name), code: bundleRuntimeCode() });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) {
    throw error;
  }
  process.stderr.write(`Configuration error: ${error.message}\n`);
  // At once: left to end by itself, the app would write an empty assembly.
  process.exit(invalidConfiguration);
}
