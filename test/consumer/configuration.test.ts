import {
  alertEnvironment,
  consumerEnvironment,
  deviceStateEnvironment,
  fanOutEnvironment,
  watermarkEnvironment,
} from '../../core/environment';
import type { Domain } from '../../core/domain';
import { configurationDefaults, ConfigurationError, parseConfiguration } from '../../consumer/configuration';
import { fixtureDomain, storedFixtureDomain } from './pipeline/fixture-domain';

const domains = { fixture: fixtureDomain as Domain, stored: storedFixtureDomain as Domain };

const required = {
  DOMAIN: 'fixture',
  STREAM_NAME: 'telemetry',
  LEASE_TABLE_NAME: 'consumer-leases',
  DELIVERY_STREAMS: JSON.stringify({ readings: 'readings-stream', repairs: 'repairs-stream' }),
  QUARANTINE_STREAM: 'quarantine-stream',
};

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const consumerArn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry/consumer/app-consumer:1700000000';

function problems(change: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    parseConfiguration({ ...required, ...change }, domains);
    return [];
  } catch (error: unknown) {
    if (error instanceof ConfigurationError) {
      return error.problems;
    }
    throw error;
  }
}

describe('parseConfiguration', () => {
  test('needs only the names of things; the rest has the documented defaults', () => {
    expect(parseConfiguration(required, domains)).toEqual({
      domain: fixtureDomain,
      streamName: 'telemetry',
      leaseTableName: 'consumer-leases',
      deliveryStreams: { readings: 'readings-stream', repairs: 'repairs-stream' },
      quarantineStream: 'quarantine-stream',
      initialPosition: 'TRIM_HORIZON',
      failoverTimeMs: 10_000,
      flushIntervalMs: 10_000,
      checkpointIntervalMs: 10_000,
      rememberedDevices: 10_000,
      shutdownGraceMs: 25_000,
      logLevel: 'info',
      monitoringPort: undefined,
      monitoringHost: '127.0.0.1',
      cloudWatchMetrics: 'off',
      deviceStateTable: undefined,
      fanOutConsumerArn: undefined,
      watermarkMarginMs: 5_000,
      alertTopicArn: undefined,
      alertsPerMinute: 10,
    });
    expect(parseConfiguration({ ...required, LOG_LEVEL: '' }, domains)).toMatchObject(configurationDefaults);
  });

  test('takes what is set', () => {
    const set = {
      INITIAL_POSITION: 'LATEST',
      FAILOVER_TIME_MS: '2000',
      FLUSH_INTERVAL_MS: '500',
      CHECKPOINT_INTERVAL_MS: '60000',
      REMEMBERED_DEVICES: '50000',
      DOMAIN: 'stored',
      DEVICE_STATE_TABLE: 'consumer-devices',
      SHUTDOWN_GRACE_MS: '9000',
      LOG_LEVEL: 'warn',
      MONITORING_PORT: '0',
      MONITORING_HOST: '0.0.0.0',
      CLOUDWATCH_METRICS: 'shards',
      FAN_OUT_CONSUMER_ARN: consumerArn,
      ALERT_TOPIC_ARN: topicArn,
      ALERTS_PER_MINUTE: '250',
    };
    expect(parseConfiguration({ ...required, ...set }, domains)).toMatchObject({
      initialPosition: 'LATEST',
      failoverTimeMs: 2_000,
      flushIntervalMs: 500,
      checkpointIntervalMs: 60_000,
      rememberedDevices: 50_000,
      deviceStateTable: 'consumer-devices',
      shutdownGraceMs: 9_000,
      logLevel: 'warn',
      monitoringPort: 0,
      monitoringHost: '0.0.0.0',
      cloudWatchMetrics: 'shards',
      fanOutConsumerArn: consumerArn,
      alertTopicArn: topicArn,
      alertsPerMinute: 250,
    });
  });

  test('reads every variable of the contract with the infrastructure, and no other', () => {
    const read = new Set<string>();
    const environment = new Proxy<Record<string, string | undefined>>(required, {
      get: (target, name) => {
        read.add(String(name));
        return target[String(name)];
      },
      ownKeys: () => {
        throw new Error('the environment is not to be listed');
      },
    });
    parseConfiguration(environment, domains);
    const named = [
      consumerEnvironment,
      deviceStateEnvironment,
      fanOutEnvironment,
      watermarkEnvironment,
      alertEnvironment,
    ].flatMap((names) => Object.values(names));
    expect([...read].sort()).toEqual(named.sort());
  });

  test.each([
    ['DOMAIN', 'weather', 'DOMAIN is "weather"; allowed: one of fixture, stored'],
    ['DOMAIN', undefined, 'DOMAIN is not set; allowed: one of fixture, stored'],
    ['STREAM_NAME', 'a b', 'STREAM_NAME is "a b"; allowed: 1 to 128 letters, digits, _ . -'],
    ['LEASE_TABLE_NAME', 'ab', 'LEASE_TABLE_NAME is "ab"; allowed: 3 to 255 letters, digits, _ . -'],
    ['INITIAL_POSITION', 'EARLIEST', 'INITIAL_POSITION is "EARLIEST"; allowed: one of TRIM_HORIZON, LATEST'],
    ['FAILOVER_TIME_MS', '10s', 'FAILOVER_TIME_MS is "10s"; allowed: a whole number of milliseconds from 300 to 600000'],
    ['FLUSH_INTERVAL_MS', '0', 'FLUSH_INTERVAL_MS is "0"; allowed: a whole number of milliseconds from 100 to 900000'],
    [
      'FLUSH_INTERVAL_MS',
      '20000',
      'CHECKPOINT_INTERVAL_MS is 10000, less than FLUSH_INTERVAL_MS, 20000: what is checkpointed has been delivered',
    ],
    [
      'CHECKPOINT_INTERVAL_MS',
      '900001',
      'CHECKPOINT_INTERVAL_MS is "900001"; allowed: a whole number of milliseconds from 100 to 900000',
    ],
    ['REMEMBERED_DEVICES', '0', 'REMEMBERED_DEVICES is "0"; allowed: a whole number from 1 to 60000'],
    ['DEVICE_STATE_TABLE', 'devices', 'DEVICE_STATE_TABLE is set, and domain fixture has no state that can be stored'],
    ['DOMAIN', 'stored', 'DEVICE_STATE_TABLE is not set, and domain stored has a state that can be stored'],
    ['SHUTDOWN_GRACE_MS', '120000', 'SHUTDOWN_GRACE_MS is "120000"; allowed: a whole number of milliseconds from 0 to 118000'],
    ['MONITORING_PORT', '65536', 'MONITORING_PORT is "65536"; allowed: a port from 1 to 65535, or 0 to let the system choose'],
    [
      'MONITORING_HOST',
      'localhost',
      'MONITORING_HOST is "localhost"; allowed: an IP address, such as 127.0.0.1, or 0.0.0.0 for all interfaces',
    ],
    ['CLOUDWATCH_METRICS', 'yes', 'CLOUDWATCH_METRICS is "yes"; allowed: one of off, application, shards'],
    [
      'FAN_OUT_CONSUMER_ARN',
      'arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry',
      'FAN_OUT_CONSUMER_ARN is "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry"; allowed: the ARN of a stream\'s consumer: ' +
        'arn:aws:kinesis:<region>:<account>:stream/<stream>/consumer/<name>:<time>',
    ],
    [
      'ALERT_TOPIC_ARN',
      `${topicArn}.fifo`,
      `ALERT_TOPIC_ARN is "${topicArn}.fifo"; allowed: the ARN of an SNS topic that is not FIFO: arn:aws:sns:<region>:<account>:<topic>`,
    ],
    ['ALERTS_PER_MINUTE', '0', 'ALERTS_PER_MINUTE is "0"; allowed: a whole number from 1 to 10000'],
    ['LOG_LEVEL', 'trace', 'LOG_LEVEL is "trace"; allowed: one of debug, info, warn, error'],
    [
      'DELIVERY_STREAMS',
      '[]',
      'DELIVERY_STREAMS is "[]"; allowed: a JSON object of delivery streams by table: readings, repairs',
    ],
    ['DELIVERY_STREAMS', '{', 'DELIVERY_STREAMS is "{"; allowed: a JSON object of delivery streams by table: readings, repairs'],
    [
      'DELIVERY_STREAMS',
      '{"readings":"r"}',
      'DELIVERY_STREAMS names no delivery stream for repairs; every table of the domain needs one',
    ],
    [
      'DELIVERY_STREAMS',
      '{"readings":"r","repairs":"p","other":"o"}',
      'DELIVERY_STREAMS names table "other", which the domain does not have; it has readings, repairs',
    ],
    [
      'DELIVERY_STREAMS',
      '{"readings":"r","repairs":1}',
      'DELIVERY_STREAMS: repairs is 1; allowed: 1 to 64 letters, digits, _ . -',
    ],
    [
      'DELIVERY_STREAMS',
      '{"readings":"r","repairs":"r"}',
      'DELIVERY_STREAMS: repairs has delivery stream "r", which table readings has too',
    ],
    [
      'QUARANTINE_STREAM',
      'readings-stream',
      'DELIVERY_STREAMS: readings has delivery stream "readings-stream", which QUARANTINE_STREAM has too',
    ],
  ])('%s = %s is refused', (name, value, problem) => {
    expect(problems({ [name]: value })).toEqual([problem]);
  });

  test('keeps devices in a table that can be one, apart from leases', () => {
    expect(problems({ DOMAIN: 'stored', DEVICE_STATE_TABLE: 'a b' })).toEqual([
      'DEVICE_STATE_TABLE is "a b"; allowed: 3 to 255 letters, digits, _ . -',
    ]);
    const change = { DOMAIN: 'stored', DEVICE_STATE_TABLE: required.LEASE_TABLE_NAME };
    expect(problems(change)).toEqual(['DEVICE_STATE_TABLE is "consumer-leases", as LEASE_TABLE_NAME is']);
  });

  test('asks for no device states for a replay, which keeps none', () => {
    expect(parseConfiguration({ ...required, DOMAIN: 'stored' }, domains, 'replay').deviceStateTable).toBeUndefined();
  });

  test('names everything that is wrong at once', () => {
    expect(() => parseConfiguration({}, domains)).toThrow(
      /DOMAIN .*STREAM_NAME .*LEASE_TABLE_NAME .*QUARANTINE_STREAM .*DELIVERY_STREAMS/,
    );
  });
});
