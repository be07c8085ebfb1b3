import { App } from 'aws-cdk-lib';
import { environmentsOf } from '../lib/ci/environments';
import { GithubAccessStack } from '../lib/ci/github-access-stack';
import { ConfigurationError } from '../lib/config/configuration-error';
import { readConfiguration } from '../lib/config/read-configuration';
import { stages } from '../lib/config/stages';

/** Exit code for a configuration that cannot be used. */
const invalidConfiguration = 2;

/** `npm run ci:access -- deploy -c repository=owner/name`: the roles of the workflows, apart from the pipeline that they deploy. */
function main(): void {
  const app = new App();
  const repository: unknown = app.node.tryGetContext('repository');
  const qualifier: unknown = app.node.tryGetContext('qualifier');
  if (typeof repository !== 'string' || !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new ConfigurationError('-c repository', repository, 'a repository on GitHub, owner/name');
  }
  if (qualifier !== undefined && (typeof qualifier !== 'string' || !/^[a-z0-9]{1,10}$/.test(qualifier))) {
    throw new ConfigurationError('-c qualifier', qualifier, 'at most 10 lower-case letters and digits');
  }
  new GithubAccessStack(app, 'iot-to-model-github-access', {
    repository,
    environments: environmentsOf(app.node.tryGetContext('environments'), Object.keys(stages)),
    appNames: [...new Set(Object.keys(stages).map((stage) => readConfiguration({ stage }).appName))],
    ...(qualifier !== undefined && { qualifier }),
    providerExists: app.node.tryGetContext('providerExists') === 'true',
  });
  app.synth();
}

try {
  main();
} catch (error: unknown) {
  if (!(error instanceof ConfigurationError)) {
    throw error;
  }
  process.stderr.write(`Configuration error: ${error.message}\n`);
  process.exit(invalidConfiguration);
}
