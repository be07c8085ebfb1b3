import { Duration } from 'aws-cdk-lib';
import { iotActions, iotRuleMetrics, streamMetrics } from '../metrics';
import type { Watched } from '../watched';
import { aQuarter, atOnce, lasting, type AlarmDefinition } from './alarm-definition';

/** Do records come in? */
export function intakeAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { config, iotRuleName } = watched;
  const stream = streamMetrics(watched);
  const ofIot: readonly AlarmDefinition[] =
    iotRuleName === undefined
      ? []
      : [
          {
            kind: 'iot-rule-failing',
            severity: 'ticket',
            says: 'The IoT rule could not put messages on the stream. They lie in the bucket of undelivered messages.',
            metric: iotActions(iotRuleName, 'Failure'),
            when: { above: 0 },
            holding: atOnce,
            missing: 'notBreaching',
            event: true,
          },
          {
            kind: 'iot-messages-lost',
            severity: 'page',
            says: 'The IoT rule could put messages neither on the stream nor in the bucket of undelivered messages: they are lost.',
            metric: iotActions(iotRuleName, 'ErrorActionFailure'),
            when: { above: 0 },
            holding: atOnce,
            missing: 'notBreaching',
            event: true,
          },
          {
            kind: 'iot-throttled',
            severity: 'page',
            says: 'IoT Core has more messages than its rules may take, and drops the rest.',
            metric: iotRuleMetrics(iotRuleName)('RuleMessageThrottled', 'Sum'),
            when: { above: 0 },
            holding: aQuarter,
            missing: 'notBreaching',
          },
        ];
  return [
    {
      kind: 'silence',
      severity: 'page',
      says: `Not one record has come in for ${config.monitoring.silenceMinutes} minutes.`,
      metric: stream('IncomingRecords', 'Sum'),
      when: { below: 1 },
      holding: lasting(Duration.minutes(config.monitoring.silenceMinutes)),
      missing: 'breaching',
    },
    {
      kind: 'write-throttled',
      severity: 'ticket',
      says: 'Producers put more on the stream than its shards take, and are refused.',
      metric: stream('WriteProvisionedThroughputExceeded', 'Sum'),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    {
      kind: 'puts-failing',
      severity: 'ticket',
      says: 'The stream refuses records for reasons of its own, not because of its limits.',
      metric: stream('PutRecords.FailedRecords', 'Sum'),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    ...ofIot,
  ];
}
