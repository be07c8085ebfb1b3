import type { Stack } from 'aws-cdk-lib';
import { propertiesOf } from '../build-fixture';
import { readable } from '../policy';
import type { MetricIdentity } from './emitted-metrics';

/** A metric that is read, with the values of its dimensions. */
export interface MetricRead extends MetricIdentity {
  readonly values: readonly string[];
  /** Each dimension with its value, where they are written in pairs. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
}

export interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly ComparisonOperator: string;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly Period?: number;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Metrics?: readonly { readonly Expression?: unknown; readonly Period?: number; readonly MetricStat?: Stat }[];
}

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

interface Stat {
  readonly Period: number;
  readonly Metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions?: readonly Dimension[] };
}

/** The alarms of a stack by what their names end with. */
export function alarmsOf(stack: Stack, prefix: string): Readonly<Record<string, AlarmProperties>> {
  const alarms = Object.values(propertiesOf(stack, 'AWS::CloudWatch::Alarm')) as unknown as readonly AlarmProperties[];
  return Object.fromEntries(alarms.map((alarm) => [alarm.AlarmName.replace(`${prefix}-`, ''), alarm]));
}

/** The periods that an alarm is made of, in seconds. */
export function periodsOf({ Period, Metrics = [] }: AlarmProperties): readonly number[] {
  const all = [Period, ...Metrics.flatMap((metric) => [metric.Period, metric.MetricStat?.Period])];
  return all.filter((period) => period !== undefined);
}

/** Every metric that an alarm reads. */
export function metricsOfAlarm({ Namespace, MetricName, Dimensions, Metrics = [] }: AlarmProperties): readonly MetricRead[] {
  const own = MetricName === undefined ? [] : [metric(Namespace ?? '', MetricName, Dimensions)];
  return [
    ...own,
    ...Metrics.flatMap(({ Expression, MetricStat }) => [
      ...(Expression === undefined ? [] : queried(readable(Expression))),
      ...(MetricStat === undefined
        ? []
        : [metric(MetricStat.Metric.Namespace, MetricStat.Metric.MetricName, MetricStat.Metric.Dimensions)]),
    ]),
  ];
}

/** What a query or a search asks for. Nothing for arithmetic. */
export function queried(expression: string): readonly MetricRead[] {
  const query = /^SELECT SUM\((\w+)\) FROM SCHEMA\("([^"]+)", ([\w, ]+)\) WHERE RuleName = '([^']+)'$/.exec(expression);
  if (query !== null) {
    const [, name = '', namespace = '', dimensions = '', value = ''] = query;
    return [{ namespace, name, dimensions: dimensions.split(', ').sort(), values: [value], pairs: [] }];
  }
  const search = /^SUM\(SEARCH\('\{([^}]+)\} MetricName="(\w+)" "?[\w ]+"?="([^"]+)"', 'Sum', \d+\)\)$/.exec(expression);
  if (search !== null) {
    const [, schema = '', name = '', value = ''] = search;
    const [namespace = '', ...dimensions] = schema.replaceAll('"', '').split(',');
    return [{ namespace, name, dimensions: dimensions.sort(), values: [value], pairs: [] }];
  }
  if (/SELECT|SEARCH/.test(expression)) {
    throw new Error(`a query in an unknown form: ${expression}`);
  }
  return [];
}

function metric(namespace: string, name: string, dimensions: readonly Dimension[] = []): MetricRead {
  return {
    namespace,
    name,
    dimensions: dimensions.map(({ Name }) => Name).sort(),
    values: dimensions.map(({ Value }) => readable(Value)),
    pairs: dimensions.map(({ Name, Value }) => [Name, readable(Value)] as const),
  };
}

export interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly markdown?: string;
    readonly title?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly (string | { readonly expression?: string; readonly label?: string })[])[];
  };
}

/** The widgets of the only dashboard of a stack. */
export function widgetsOf(stack: Stack): readonly Widget[] {
  const [dashboard] = Object.values(propertiesOf(stack, 'AWS::CloudWatch::Dashboard'));
  const { widgets } = JSON.parse(readable(dashboard?.['DashboardBody'])) as { readonly widgets: readonly Widget[] };
  return widgets;
}

/** Every metric that a widget shows. */
export function metricsOfWidget({ properties: { metrics = [] } }: Widget): readonly MetricRead[] {
  return metrics.flatMap((line) => {
    const texts = line.filter((part): part is string => typeof part === 'string');
    const [namespace = '', name = '', ...pairs] = texts;
    const [options] = line.filter((part) => typeof part !== 'string');
    if (options?.expression !== undefined) {
      return queried(options.expression);
    }
    return [
      {
        namespace,
        name,
        dimensions: pairs.filter((_, index) => index % 2 === 0).sort(),
        values: pairs.filter((_, index) => index % 2 === 1),
        pairs: [],
      },
    ];
  });
}
