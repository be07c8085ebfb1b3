import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Findings, Probe } from './needs';
import type { Runner } from './runner';

/** Looks at this machine, and asks the account whether the CDK's bucket is there. Changes nothing. */
export function probeWith(runner: Runner): Probe {
  return async ({ bootstrapQualifier, region: configured }, profile) => {
    const client = new S3Client({
      ...(profile !== undefined && { profile }),
      ...(configured !== undefined && { region: configured }),
    });
    const docker = (await runner.quietly(process.env['CDK_DOCKER'] ?? 'docker', ['info'])) === 0;
    try {
      const [credentials, region] = await Promise.all([attempt(client.config.credentials()), attempt(client.config.region())]);
      return {
        docker,
        bootstrapped: credentials.ok && region.ok ? await bootstrapped(client, bootstrapQualifier, region.value) : 'unknown',
        ...(credentials.ok ? {} : { credentialsMissing: credentials.reason }),
        ...(region.ok ? { region: region.value } : {}),
      };
    } finally {
      client.destroy();
    }
  };
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

async function attempt<T>(promise: Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await promise };
  } catch (error: unknown) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The bucket is `cdk-<qualifier>-assets-<account>-<region>`. Who may not list buckets learns it from the CDK itself. */
async function bootstrapped(client: S3Client, qualifier: string, region: string): Promise<Findings['bootstrapped']> {
  const buckets = await attempt(client.send(new ListBucketsCommand({ Prefix: `cdk-${qualifier}-assets-` })));
  if (!buckets.ok) {
    return 'unknown';
  }
  return (buckets.value.Buckets ?? []).some(({ Name = '' }) => Name.endsWith(`-${region}`)) ? 'yes' : 'no';
}
