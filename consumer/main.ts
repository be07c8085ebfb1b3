import { domains } from '../domains';
import { createClients, leaseRequestMs } from './clients';
import { ConfigurationError, parseConfiguration, type Configuration } from './configuration';
import { logKclEvent, logPipelineEvent } from './event-log';
import { createWorker, systemClock } from './kcl';
import { Logger } from './logger';
import { Monitoring } from './monitoring';
import { createTelemetryProcessors, DynamoDbDeviceStateStore, FirehoseDelivery, SnsAlerts, type PipelineEvent } from './pipeline';
import { reporting } from './reporting-delivery';
import { reportingStates } from './reporting-device-states';
import { Service } from './service';
import { Totals } from './totals';

/**
 * The consumer's process. Exit codes: 0 after SIGTERM or SIGINT, 1 when something is broken that going on does not mend, or at a
 * second signal, 2 when the configuration is wrong.
 */
async function main(): Promise<void> {
  let configuration: Configuration;
  try {
    configuration = parseConfiguration(process.env, domains);
  } catch (error: unknown) {
    const logger = new Logger({ out: process.stdout, clock: systemClock, level: 'info' });
    const problems = error instanceof ConfigurationError ? error.problems : [String(error)];
    logger.error('configuration-invalid', { problems, whatToDo: 'Correct the environment variables that are named.' });
    await exit(logger, 2);
    return;
  }
  const logger = new Logger({ out: process.stdout, clock: systemClock, level: configuration.logLevel });
  process.on('uncaughtException', (error: unknown, origin: string) => {
    logger.error('fatal', { error, origin, whatToDo: 'This is a fault of the program: report it with this line.' });
    void exit(logger, 1);
  });
  const { monitoring, service } = compose(configuration, logger);
  // Signals are heard from here on.
  const running = service.run();
  monitoring.start().catch((error: unknown) => service.fatal(error));
  const exitCode = await running;
  await monitoring.stop();
  await exit(logger, exitCode);
}

/** Puts the process together. */
function compose(configuration: Configuration, logger: Logger): { readonly monitoring: Monitoring; readonly service: Service } {
  const { domain, streamName, leaseTableName, deviceStateTable, failoverTimeMs, shutdownGraceMs } = configuration;
  const { alertTopicArn, alertsPerMinute } = configuration;
  const totals = new Totals();
  const monitoring = new Monitoring({ configuration, clock: systemClock, logger });
  const onEvent = (event: PipelineEvent): void => {
    totals.add(event);
    monitoring.observePipeline(event);
    logPipelineEvent(logger, event);
  };
  const clients = createClients({ leaseRequestMs: leaseRequestMs(failoverTimeMs) });
  const { deviceStates, dynamodb, firehose, kinesis, sns } = clients;

  const processor = createTelemetryProcessors({
    domain,
    deliveryStreams: configuration.deliveryStreams,
    quarantineStream: configuration.quarantineStream,
    delivery: reporting(new FirehoseDelivery(firehose), (error) => service.fatal(error)),
    ...(alertTopicArn !== undefined && { alerts: { port: new SnsAlerts(sns, alertTopicArn), perMinute: alertsPerMinute } }),
    ...(deviceStateTable !== undefined && {
      deviceStates: reportingStates(new DynamoDbDeviceStateStore(deviceStates, deviceStateTable), (error) =>
        service.fatal(error),
      ),
    }),
    flushIntervalMs: configuration.flushIntervalMs,
    checkpointIntervalMs: configuration.checkpointIntervalMs,
    limits: { rememberedDevices: configuration.rememberedDevices },
    clock: systemClock,
    random: Math.random,
    onEvent,
  });
  const worker = createWorker({
    stream: streamName,
    application: leaseTableName,
    processor,
    kinesis,
    dynamodb,
    initialPosition: configuration.initialPosition,
    reading:
      configuration.fanOutConsumerArn === undefined
        ? { kind: 'polling' }
        : { kind: 'fan-out', consumerArn: configuration.fanOutConsumerArn },
    failoverTimeMs,
    watermarkMarginMs: configuration.watermarkMarginMs,
    // A task that joins asks for its whole share in one scan: the load is even at once, and what is handed over is not repeated.
    maxLeasesToStealAtOneTime: Number.MAX_SAFE_INTEGER,
    // No policy for records that fail: the pipeline quarantines a message that it fails on. What fails is delivery, no record's fault.
    // Bounds what a batch in work holds. Five reads a second of this size are ten times what a shard takes in.
    maxRecordsPerRead: 2_000,
    maxMemoryBytes: 32 * 1024 * 1024,
    onEvent: (event) => {
      monitoring.observe(event);
      logKclEvent(logger, event);
    },
  });
  const service: Service = new Service({
    worker,
    logger,
    clock: systemClock,
    signals: process,
    graceMs: shutdownGraceMs,
    exitNow: (code) => process.exit(code),
    startedFields: () => ({ ...configuration, domain: domain.name, nodeVersion: process.version }),
    stoppedFields: () => ({ ...totals.counts, maxRssBytes: process.resourceUsage().maxRSS * 1024 }),
  });
  return { monitoring, service };
}

/** Longest that the last log lines may take to be written, in milliseconds. */
const logTimeoutMs = 2_000;

async function exit(logger: Logger, code: number): Promise<void> {
  await logger.close(logTimeoutMs);
  process.exit(code);
}

void main();
