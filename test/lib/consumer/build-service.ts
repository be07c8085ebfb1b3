import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { configurationOf } from '../../../lib/config/read-configuration';
import { lag } from '../../../lib/consumer/lag';
import { StreamConsumer } from '../../../lib/consumer/stream-consumer';
import { buildFoundation } from '../foundation/build-foundation';

const imageDirectory = mkdtempSync(join(tmpdir(), 'image-'));
writeFileSync(join(imageDirectory, 'Dockerfile'), 'FROM scratch\n');
afterAll(() => rmSync(imageDirectory, { recursive: true, force: true }));

/** The service alone, on the foundation and on a stream called `telemetry`, without the stacks between: they take most of the time. */
export function buildService(consumer: StageSettings['consumer'] & object): Stack {
  const settings: StageSettings = { consumer };
  const foundation = buildFoundation(settings);
  const stack = new Stack(App.of(foundation), 'service');
  new StreamConsumer(stack, 'Consumer', {
    config: configurationOf('test', settings),
    foundation,
    imageDirectory,
    environment: {
      DOMAIN: 'fixture',
      STREAM_NAME: 'telemetry',
      LEASE_TABLE_NAME: 'leases',
      DELIVERY_STREAMS: '{}',
      QUARANTINE_STREAM: 'quarantine',
      INITIAL_POSITION: 'TRIM_HORIZON',
      FAILOVER_TIME_MS: '10000',
      FLUSH_INTERVAL_MS: '2000',
      CHECKPOINT_INTERVAL_MS: '10000',
      REMEMBERED_DEVICES: '10000',
      SHUTDOWN_GRACE_MS: '20000',
      LOG_LEVEL: 'info',
      MONITORING_PORT: '9464',
      MONITORING_HOST: '0.0.0.0',
      CLOUDWATCH_METRICS: 'application',
    },
    permissions: [new PolicyStatement({ sid: 'Read', actions: ['kinesis:GetRecords'], resources: ['arn:aws:kinesis:::stream'] })],
    lag: lag({ streamName: 'telemetry', fanOutConsumerName: consumer.reading === 'fan-out' ? 'app' : undefined }),
  });
  return stack;
}
