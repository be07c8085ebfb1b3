import { Template } from 'aws-cdk-lib/assertions';
import { consumerMetricNamespace, pipelineMetrics, workerMetrics } from '../../../core/metrics';
import type { PipelineConfig } from '../../../lib/config/pipeline-config';
import { buildFixture, masked, type FixtureOptions } from '../build-fixture';
import { readable } from '../policy';
import { documentedMetrics } from './documented-metrics';
import { emittedMetrics, type MetricIdentity } from './emitted-metrics';
import { alarmsOf, metricsOfAlarm, metricsOfWidget, widgetsOf, type AlarmProperties } from './metrics-read';

const prefix = 'iot-to-model-dev-fixture';

function changed(change: (config: PipelineConfig) => Partial<PipelineConfig>): FixtureOptions {
  return { change: (config) => ({ ...config, ...change(config) }) };
}

const configurations: Readonly<Record<string, FixtureOptions>> = {
  'by default': {},
  'reading by fan-out': { context: { reading: 'fan-out' } },
  'on provisioned shards': { context: { shards: '4' } },
  'without IoT Core': changed((config) => ({ ingestion: { ...config.ingestion, iotCore: false } })),
  'without metrics of the consumer': changed((config) => ({ consumer: { ...config.consumer, cloudWatchMetrics: 'off' } })),
  'with an endpoint': { context: { endpoint: 'serverless' } },
  'with CSV, a schedule that is off, and NAT': changed((config) => ({
    delivery: { ...config.delivery, csvIntake: true },
    training: { ...config.training, scheduled: false },
    network: { mode: 'new', availabilityZones: 2, natGateways: 2, cidr: '10.0.0.0/16', flowLogs: false },
  })),
};
const stacks = Object.entries(configurations).map(([name, options]) => [name, buildFixture(options).monitoring] as const);
const stack = (name: string) => {
  const [, found] = stacks.find(([each]) => each === name) ?? [];
  if (found === undefined) {
    throw new Error(`no configuration ${name}`);
  }
  return found;
};

const alarmMetrics = (name: string) => Object.values(alarmsOf(stack(name), prefix)).flatMap(metricsOfAlarm);
const identity = ({ namespace, name, dimensions }: MetricIdentity): string => `${namespace} ${name} {${dimensions.join(', ')}}`;

describe('the monitoring stack', () => {
  const known = new Set(documentedMetrics.map(identity));
  beforeAll(async () => {
    for (const metric of await emittedMetrics()) {
      known.add(identity(metric));
    }
  });

  describe.each(stacks)('%s', (_name, monitoring) => {
    const all = alarmsOf(monitoring, prefix);

    it('reads in its alarms only metrics that are written, with exactly the dimensions that they are written with', () => {
      const read = Object.values(all).flatMap(metricsOfAlarm);
      expect(read.length).toBeGreaterThan(15);
      expect(read.map(identity).filter((metric) => !known.has(metric))).toEqual([]);
    });

    it('has no alarm without dimensions, and none whose value is empty', () => {
      for (const [name, alarm] of Object.entries(all)) {
        const read = metricsOfAlarm(alarm);
        expect([name, read.length > 0]).toEqual([name, true]);
        for (const { dimensions, values } of read) {
          expect([name, dimensions.length > 0, values.length > 0, values.every((value) => /\w/.test(value))]).toEqual([
            name,
            true,
            true,
            true,
          ]);
        }
      }
    });

    it('shows only metrics that are written', () => {
      const read = widgetsOf(monitoring).flatMap(metricsOfWidget);
      expect(read.length).toBeGreaterThan(20);
      expect(read.map(identity).filter((metric) => !known.has(metric))).toEqual([]);
      expect(read.filter(({ values }) => values.length === 0)).toEqual([]);
    });

    it('shows every metric that an alarm reads', () => {
      const shown = new Set(widgetsOf(monitoring).flatMap(metricsOfWidget).map(identity));
      const unseen = Object.values(all)
        .flatMap(metricsOfAlarm)
        .map(identity)
        .filter((metric) => !shown.has(metric));
      expect(unseen).toEqual([]);
    });

    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html
    it('asks in each graph for no more than one query, and in each alarm for one without a search', () => {
      const graphs = widgetsOf(monitoring).map(({ properties: { title, metrics } }) => ({
        title,
        queries: JSON.stringify(metrics ?? []).split('SELECT ').length - 1,
      }));
      expect(graphs.filter(({ queries }) => queries > 1)).toEqual([]);
      expect(Object.values(all).filter((alarm) => JSON.stringify(alarm.Metrics ?? []).includes('SEARCH('))).toEqual([]);
    });

    // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
    it('is plain ASCII, since CloudFormation gives other characters back as question marks', () => {
      expect(JSON.stringify(Template.fromStack(monitoring).toJSON()).match(/[^ -~]+/g)).toBeNull();
    });

    it('lays its widgets side by side, none over another and none beyond the grid', () => {
      const widgets = widgetsOf(monitoring);
      const cells = widgets.flatMap(({ x, y, width, height }) =>
        Array.from({ length: width * height }, (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(widgets.filter(({ x, width }) => x + width > 24)).toEqual([]);
    });
  });

  it('answers six questions, in this order, with graphs below each', () => {
    const widgets = widgetsOf(stack('by default'));
    const headings = widgets.filter(({ type }) => type === 'text').map(({ properties }) => properties.markdown);
    expect(headings).toEqual([
      '## Is data flowing?',
      '## How late is it?',
      '## What is failing?',
      '## Are models made?',
      '## Are rows scored?',
      '## What does it cost?',
    ]);
    const kinds = widgets.map(({ type }) => type);
    expect(kinds.join(' ')).toMatch(/^alarm( text( metric){3,}){6}$/);
  });

  it('asks whether the model answers where there is an endpoint', () => {
    const endpoint = stack('with an endpoint');
    const headings = widgetsOf(endpoint).filter(({ type }) => type === 'text');
    expect(headings.map(({ properties }) => properties.markdown)).toContain('## Does the model answer?');
    const kinds = Object.keys(alarmsOf(endpoint, prefix));
    expect(kinds).toEqual(expect.arrayContaining(['deployment-failed', 'deployment-not-started', 'endpoint-errors']));
    expect(Object.keys(alarmsOf(stack('by default'), prefix)).filter((kind) => /endpoint|deployment/.test(kind))).toEqual([]);
  });

  it('has the dashboard under the pipeline’s name, and no alarm, when alarms are off', () => {
    const { monitoring } = buildFixture(changed((config) => ({ monitoring: { ...config.monitoring, alarms: false } })));
    Template.fromStack(monitoring).hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: prefix });
    Template.fromStack(monitoring).resourceCountIs('AWS::CloudWatch::Alarm', 0);
    expect(widgetsOf(monitoring).filter(({ type }) => type === 'alarm')).toEqual([]);
  });

  it('watches the lag of the registered consumer when the stream is read by fan-out, else that of all readers', () => {
    const metric = (name: string) => metricsOfAlarm(alarmsOf(stack(name), prefix)['stream-lag'] as AlarmProperties).map(identity);
    expect(metric('by default')).toEqual(['AWS/Kinesis GetRecords.IteratorAgeMilliseconds {StreamName}']);
    expect(metric('reading by fan-out')).toEqual([
      'AWS/Kinesis SubscribeToShardEvent.MillisBehindLatest {ConsumerName, StreamName}',
    ]);
  });

  it('leaves out the alarms of what there is not', () => {
    const kinds = (name: string) => Object.keys(alarmsOf(stack(name), prefix));
    expect(kinds('by default')).toEqual(expect.arrayContaining(['iot-rule-failing', 'iot-messages-lost', 'training-absent']));
    expect(kinds('without IoT Core').filter((kind) => kind.startsWith('iot'))).toEqual([]);
    expect(kinds('with CSV, a schedule that is off, and NAT')).toContain('transformation-failing-readings');
    expect(kinds('by default')).not.toContain('transformation-failing-readings');
    expect(kinds('with CSV, a schedule that is off, and NAT')).not.toContain('training-absent');
    expect(kinds('by default')).not.toContain('conversion-failing-quarantine');
  });

  it('shows every metric by name that infrastructure and consumer share, since each is paid for', () => {
    const shown = widgetsOf(stack('by default')).flatMap(metricsOfWidget);
    const own = shown.filter(({ namespace }) => namespace === consumerMetricNamespace).map(({ name }) => name);
    expect([...new Set(own)].sort()).toEqual([...Object.values(workerMetrics), ...Object.values(pipelineMetrics)].sort());
  });

  it('reads nothing of the consumer’s when it writes nothing', () => {
    const without = stack('without metrics of the consumer');
    const read = [
      ...Object.values(alarmsOf(without, prefix)).flatMap(metricsOfAlarm),
      ...widgetsOf(without).flatMap(metricsOfWidget),
    ];
    expect(read.filter(({ namespace }) => namespace === consumerMetricNamespace)).toEqual([]);
    expect(alarmsOf(without, prefix)).not.toHaveProperty('consumer-lag');
  });

  it('tells the topic of every alarm, and when it is over unless it was an event', () => {
    for (const alarm of Object.values(alarmsOf(stack('by default'), prefix))) {
      expect(alarm.AlarmActions.map(readable)).toEqual([expect.stringContaining('Notifications')]);
    }
    const all = alarmsOf(stack('by default'), prefix);
    expect(all['stream-lag']?.OKActions?.map(readable)).toEqual([expect.stringContaining('Notifications')]);
    expect(all['training-failed']).not.toHaveProperty('OKActions');
  });

  it('names what the other stacks have made by reference, and by itself only what it is told', () => {
    const own = ['RuleName', 'ConsumerName', 'Pipeline'];
    const literal = [...alarmMetrics('by default'), ...alarmMetrics('reading by fan-out')].flatMap(({ pairs }) =>
      pairs.filter(([name, value]) => !own.includes(name) && !value.includes('${')),
    );
    expect(literal).toEqual([]);
  });

  it('is as it was', () => {
    expect(masked(stack('by default'))).toMatchSnapshot();
  });
});
