import { EmbeddedMetrics, KclMetrics, type EmbeddedMetricsOptions } from '../../../../consumer/kcl';
import { VirtualClock } from '../../../../consumer/kcl/testing';
import { embeddedMetricLimits } from '../../../../consumer/kcl/metrics/embedded-metrics';
import { batch, complete, taken } from './events';

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}
type Document = Readonly<Record<string, unknown>> & {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] };
};

function setUp(options: Partial<EmbeddedMetricsOptions> = {}) {
  const clock = new VirtualClock();
  const metrics = new KclMetrics({ clock });
  const documents: Document[] = [];
  const write = (document: Readonly<Record<string, unknown>>): void => {
    documents.push(JSON.parse(JSON.stringify(document)) as Document);
  };
  const embedded = new EmbeddedMetrics({ metrics, stream: 's', application: 'a', write, clock, random: () => 0.5, ...options });
  const observe: KclMetrics['observe'] = (event) => {
    metrics.observe(event);
    embedded.observe(event);
  };
  return { clock, documents, embedded, observe };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function expectValid(document: Document): void {
  expect(Number.isSafeInteger(document._aws.Timestamp)).toBe(true);
  expect(Object.keys(document._aws).sort()).toEqual(['CloudWatchMetrics', 'Timestamp']);
  for (const directive of document._aws.CloudWatchMetrics) {
    expect(Object.keys(directive).sort()).toEqual(['Dimensions', 'Metrics', 'Namespace']);
    expect(directive.Namespace).toMatch(/^[\w./#:-]{1,255}$/);
    expect(directive.Metrics.length).toBeGreaterThan(0);
    expect(directive.Metrics.length).toBeLessThanOrEqual(embeddedMetricLimits.metricsPerDirective);
    expect(new Set(directive.Metrics.map(({ Name }) => Name)).size).toBe(directive.Metrics.length);
    for (const set of directive.Dimensions) {
      expect(set.length).toBeLessThanOrEqual(embeddedMetricLimits.dimensionsPerSet);
      for (const name of set) {
        expect(document[name]).toEqual(expect.stringMatching(/^.{1,1024}$/));
      }
    }
    for (const { Name, Unit } of directive.Metrics) {
      expect(['Count', 'Bytes', 'Milliseconds']).toContain(Unit);
      const value = document[Name];
      const values = Array.isArray(value) ? (value as unknown[]) : [value];
      expect(values.length).toBeGreaterThan(0);
      expect(values.length).toBeLessThanOrEqual(embeddedMetricLimits.valuesPerMetric);
      expect(values.every((one) => typeof one === 'number' && Number.isFinite(one))).toBe(true);
    }
  }
  // The limit of a log event that holds everywhere.
  expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(256 * 1024);
}

describe('the embedded metrics', () => {
  test('are valid documents by the specification, with nothing and with more than its limits', () => {
    const { documents, embedded, observe } = setUp({ perShard: true });
    embedded.flush();
    for (let i = 0; i < 250; i += 1) {
      observe(taken(`s${i}`));
      observe(batch(`s${i}`, 1, i));
    }
    embedded.flush();
    expect(documents).toHaveLength(2 + 250);
    documents.forEach(expectValid);
    expect(documents[1]?.['MillisBehindLatest']).toHaveLength(100);
    expect(documents[1]?.['MillisBehindLatest']).toContain(249);
  });

  test('count what happened since the line before', () => {
    const { documents, embedded, observe } = setUp();
    observe(taken('s0'));
    observe(batch('s0', 10, 3_000, 40));
    embedded.flush();
    observe(batch('s0', 5, 1_000, 60));
    observe({ type: 'throttled', shardId: 's0', by: 'stream', waitMs: 500 });
    embedded.flush();
    embedded.flush();
    const figures = ({ RecordsProcessed, BytesProcessed, ReadsThrottled, LeasesTaken, BatchProcessingTime }: Document) => ({
      RecordsProcessed,
      BytesProcessed,
      ReadsThrottled,
      LeasesTaken,
      BatchProcessingTime,
    });
    expect(documents.map(figures)).toEqual([
      { RecordsProcessed: 10, BytesProcessed: 2000, ReadsThrottled: 0, LeasesTaken: 1, BatchProcessingTime: [40] },
      { RecordsProcessed: 5, BytesProcessed: 1000, ReadsThrottled: 1, LeasesTaken: 0, BatchProcessingTime: [60] },
      { RecordsProcessed: 0, BytesProcessed: 0, ReadsThrottled: 0, LeasesTaken: 0, BatchProcessingTime: undefined },
    ]);
    expect(documents[0]).toMatchObject({ Application: 'a', Stream: 's', MillisBehindLatest: [3000], LeasesHeld: 1, Healthy: 1 });
  });

  test('tell for how long the shard that has stood still longest has', async () => {
    const { clock, documents, embedded, observe } = setUp();
    embedded.flush();
    observe(taken('s0'));
    observe(taken('s1'));
    await clock.advance(30_000);
    observe(batch('s0', 10, 3_000));
    await clock.advance(15_000);
    embedded.flush();
    expect(documents.map(({ MillisStalled }) => MillisStalled)).toEqual([0, 45_000]);
  });

  test('tell how far the shard that is complete the least is so, and how often that was too much', async () => {
    const { clock, documents, embedded, observe } = setUp();
    embedded.flush();
    observe(taken('s0'));
    observe(taken('s1'));
    await clock.advance(60_000);
    observe(complete('s0', clock.wallMs() - 8_000));
    embedded.flush();
    observe(complete('s1', clock.wallMs() - 20_000));
    observe({ type: 'watermark-overtaken', shardId: 's0', records: 3, sequenceNumber: '1', byMs: 500 });
    embedded.flush();
    expect(documents.map(({ RecordsOvertaken, WatermarkAge }) => [WatermarkAge, RecordsOvertaken])).toEqual([
      [0, 0],
      [60_000, 0],
      [20_000, 3],
    ]);
  });

  test('have metrics of each shard only when asked to, since they are billed', async () => {
    const { clock, documents, embedded, observe } = setUp({ perShard: true });
    observe(taken('s0'));
    observe(batch('s0', 10, 3_000));
    embedded.flush();
    expect(documents[1]).toMatchObject({ Shard: 's0', MillisBehindLatest: 3000, RecordsProcessed: 10, BytesProcessed: 2000 });
    expect(documents[1]?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['Application', 'Stream', 'Shard']]);
    observe({ type: 'lease-lost', shardId: 's0', reason: 'taken' });
    await clock.advance(10);
    observe(taken('s0'));
    observe(batch('s0', 3, 0));
    embedded.flush();
    expect(documents[3]).toMatchObject({ Shard: 's0', RecordsProcessed: 3 });
  });

  test('keep a hundred of many durations', () => {
    const { documents, embedded, observe } = setUp();
    observe(taken('s0'));
    for (let i = 0; i < 500; i += 1) {
      observe(batch('s0', 1, 0, i));
    }
    embedded.flush();
    expect(documents[0]?.['BatchProcessingTime']).toHaveLength(100);
  });

  test('are written every minute, and once more at the end', async () => {
    const { clock, documents, embedded } = setUp();
    const over = new AbortController();
    const running = embedded.run(over.signal);
    await clock.advance(150_000);
    expect(documents).toHaveLength(2);
    over.abort();
    await running;
    expect(documents).toHaveLength(3);
    expect(clock.sleepers).toBe(0);
  });
});
