import { KinesisClient } from '@aws-sdk/client-kinesis';
import { domainNamed } from '../../domains';
import { FleetError } from './fleet-error';
import { openStream } from './record-stream';
import { ExpectedTally, type FleetMessage } from './report';
import { send, type Progress } from './send';
import { fleetSettingsVariable, parseFleetSettings } from './settings';
import { openSource } from './source';

/**
 * The device fleet as a process of its own. Settings (`FleetSettings`) come as JSON in the argument or the environment; the endpoint,
 * region and credentials are the SDK's own environment variables. Reports on standard output, a JSON document (`FleetMessage`) per
 * line. Exit code 0 when done or stopped (SIGTERM, SIGINT, or its parent went away), 1 after an error.
 */
const progressIntervalMs = 250;

async function main(): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
    process.on(event, stop);
  }
  // Nobody reads the reports any more: the parent is gone.
  process.stdout.on('error', stop);

  const settings = parseFleetSettings(process.argv[2] ?? process.env[fleetSettingsVariable]);
  const domain = knownDomain(settings.domain);
  const records = await openSource(domain, settings);
  const client = new KinesisClient({});
  try {
    const expected = new ExpectedTally();
    const stream = await openStream(client, settings.streamName);
    const progress = await send({
      records,
      stream,
      ...(settings.rate === undefined ? {} : { rate: settings.rate }),
      signal: stopped.signal,
      onSent: (record) => expected.add(record),
      onProgress: throttledReport(),
    });
    report({ type: stopped.signal.aborted ? 'stopped' : 'done', ...progress, expected: expected.result });
  } finally {
    client.destroy();
    // The channel to the parent would keep the process alive.
    if (process.connected) {
      process.disconnect();
    }
  }
}

function knownDomain(name: string): ReturnType<typeof domainNamed> {
  try {
    return domainNamed(name);
  } catch (error: unknown) {
    throw error instanceof RangeError ? new FleetError('bad-settings', error.message, { cause: error }) : error;
  }
}

function throttledReport(): (progress: Progress) => void {
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (performance.now() - reportedAtMs >= progressIntervalMs) {
      reportedAtMs = performance.now();
      report({ type: 'progress', ...progress });
    }
  };
}

function report(message: FleetMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

main().catch((error: unknown) => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  report({ type: 'error', code: error instanceof FleetError ? error.code : name, message });
  process.exitCode = 1;
  if (process.connected) {
    process.disconnect();
  }
});
