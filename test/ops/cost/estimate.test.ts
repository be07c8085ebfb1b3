import fc from 'fast-check';
import { estimate } from '../../../ops/cost/estimate';
import type { Scenario } from '../../../ops/cost/load';
import { daysPerMonth } from '../../../ops/cost/measured';
import { trafficOf } from '../../../ops/cost/traffic';
import type { Service } from '../../../ops/cost/usage';
import { book, scenarioOf, spotDiscount } from './scenario';

const of = (scenario: Scenario, service: Service): string => {
  const { services } = estimate(scenario, book, spotDiscount);
  return (services.find((one) => one.service === service)?.amount ?? 0).toFixed(2);
};

describe('examples worked by hand', () => {
  test('AWS’s own example: 100,000 devices connected for 30 days, 975 million messages', () => {
    // https://aws.amazon.com/iot-core/pricing/: 4,320,000,000 min × 0.08 / 1e6 = 345.60; 975,000,000 × 1.00 / 1e6 = 975.00
    const lines = book.price([
      { service: 'IoT Core', item: 'connection', price: 'iot.connectivity', quantity: 100_000 * 60 * 24 * 30 },
      { service: 'IoT Core', item: 'messages', price: 'iot.message', quantity: 100_000 * 325 * 30 },
    ]);

    expect(lines.map(({ amount }) => amount.toFixed(2))).toEqual(['345.60', '975.00']);
  });

  test('1,000 devices that send 100 bytes a minute to IoT Core', () => {
    // 1,000 × 43,800 min = 43.8 million min and 43.8 million messages, each of 100 + 40 bytes: one step of 5 KB.
    // 43.8 × 0.08 + 43.8 × 1.00 + 43.8 × 0.15 + 43.8 × 0.15 = 3.504 + 43.80 + 6.57 + 6.57 = 60.444
    expect(of(scenarioOf(), 'IoT Core')).toBe('60.44');
  });

  test('the same on an on-demand stream that keeps them for two days', () => {
    // 43.8 million × 1,024 bytes / 2^30 = 41.77094 GB. Hours: 730 × 0.04 = 29.20. In: 41.77094 × 0.08 = 3.34168. Out: × 0.04 = 1.67084.
    // Kept from 24 to 48 h: 41.77094 × 24 / 730 = 1.37329 GB-month × 0.10 = 0.13733. Together 34.34985.
    expect(of(scenarioOf({ ingestion: { retentionHours: 48 } }), 'Kinesis Data Streams')).toBe('34.35');
  });

  test('30-KB messages on six provisioned shards, kept for ten days, read by fan-out', () => {
    // 100 devices × 43,800 = 4.38 million records of 30,720 bytes: 2 put units each. 125.31281 GB.
    // Shards: 6 × 730 × 0.015 = 65.70. Put: 8.76 × 0.014 = 0.12264. Extended: 4,380 × 0.02 = 87.60.
    // Long-term: 125.31281 × (240 − 168) / 730 = 12.35962 × 0.023 = 0.28427.
    // Fan-out: 4,380 × 0.015 = 65.70, and 125.31281 × 0.013 = 1.62907. Together 221.03598.
    const scenario = scenarioOf(
      {
        ingestion: { capacity: { mode: 'provisioned', shards: 6 }, retentionHours: 240 },
        consumer: { reading: 'fan-out' },
      },
      { devices: 100, bytes: 30_720, sender: 'put-records' },
    );

    expect(of(scenario, 'Kinesis Data Streams')).toBe('221.04');
    expect(of(scenario, 'IoT Core')).toBe('0.00');
  });

  test('four tasks of 1 vCPU and 2 GB, a quarter of them on spot', () => {
    // Task-hours: 2,920. Regular 75 %: 2,190 × (0.03238 + 2 × 0.00356) = 2,190 × 0.0395 = 86.505.
    // Spot 25 %: 730 × 0.0395 × 0.30 = 8.6505. Together 95.1555.
    const consumer = { cpu: 1024, memoryMiB: 2048, tasks: 4, maxTasks: 4, spotPercent: 25 } as const;

    expect(of(scenarioOf({ consumer }), 'Fargate')).toBe('95.16');
  });

  test('the lease table of four shards and two workers', () => {
    // Writes: 4 × 730 × 1,080 = 3,153,600 × 0.625 / 1e6 = 1.971. Reads: 2 × 730 × 210 × 1 = 306,600 × 0.125 / 1e6 = 0.038325.
    expect(of(scenarioOf(), 'DynamoDB (leases)')).toBe('2.01');
  });

  test('what is remembered of 1,000 devices that report every 5 s, with a checkpoint every minute', () => {
    // Twelve messages between: 396 + 1,314 × (1 + 0.06 + 12 × 0.027) = 2,215 bytes, 3 units.
    // 1,000 × 43,800 min × 3 = 131.4 million × 0.625 / 1e6 = 82.125.
    const consumer = { checkpointIntervalMs: 60_000 };

    expect(of(scenarioOf({ consumer }, { intervalSeconds: 5 }), 'DynamoDB (device state)')).toBe('82.13');
  });

  test('devices that report less often than a checkpoint is due, and so many that the tasks do not remember all', () => {
    // One message between: 396 + 1,314 × 1.087 = 1,824 bytes, 2 units. 30,000 × 43,800 × 2 = 2,628 million × 0.625 / 1e6 = 1,642.50.
    // 30,000 are more than 2 × 10,000: as many reads of 1 unit, 1,314 million × 0.125 / 1e6 = 164.25.
    const many = scenarioOf({ delivery: { queryScanLimitGiB: 100 } }, { devices: 30_000 });

    expect(of(many, 'DynamoDB (device state)')).toBe('1806.75');
    expect(estimate(many, book, spotDiscount).warnings).toEqual([
      expect.stringMatching(/^2 tasks remember 20000 of 30000 devices: each message reads and writes the device state table/),
      expect.stringMatching(/^a training set has up to 377 million rows/),
    ]);
    const stateless = { ...many, domain: { keepsDeviceState: false } };
    expect(of(stateless, 'DynamoDB (device state)')).toBe('0.00');
  });

  test('what watches two tasks between ten endpoints', () => {
    // Minutes: 43,800. Logs: 2 × 5 KiB = 0.41771 GB. Flows: 12 interfaces × 20 × 140 bytes = 1.37060 GB. Insights: (2 + 4) × 1 KiB = 0.25063 GB.
    // 2.03894 × 0.50 = 1.01947. Kept for 30 of 30.41667 days: 1.78831 × 0.98630 × 0.03 = 0.05291.
    // Metrics: (39 + 37) × 0.30 = 22.80. Alarms: 20 × 0.10 = 2.00. Dashboard: 3.00. Together 28.87238.
    const scenario = scenarioOf({ logRetentionDays: 30, consumer: { tasks: 2 } });

    expect(of(scenario, 'CloudWatch')).toBe('28.87');
    expect(of(scenarioOf({ logRetentionDays: 30 }, {}, { insightsClusters: 0, flowLogs: 0 }), 'CloudWatch')).toBe('16.92');
  });

  test('alerts that three people are written to', () => {
    // 1,000 devices × 1.0125 alerts in 28 days × 30.41667 / 28 × 3 = 3,299.67 × 2.00 / 100,000.
    const alertEmails = ['a@example.com', 'b@example.com', 'c@example.com'];
    expect(of(scenarioOf({ consumer: { alertEmails } }), 'SNS (alerts)')).toBe('0.07');
    expect(of(scenarioOf(), 'SNS (alerts)')).toBe('0.00');
  });

  test('the functions of a training run a day, on a month of readings', () => {
    // 43.8 million × 30 / 30.41667 × 0.29055 = 12.552 million examples, in 43,200 files.
    // Plan: 5 + 43,200 × 1.6 ms = 74.12 s. Inspection: 5 + 12.552 million × 9.6 µs = 125.50 s. Both × 1,769 / 1,024 GiB = 344.85 GB-s.
    // Judge: 5 + 12.552 million × 0.2 × 17 µs = 47.68 s × 2 GiB = 95.35. Four others: 4 × 5 s × 0.5 GiB = 10. Together 450.20 GB-s.
    // 30.41667 runs × 450.20 × 13.3334 / 1e6 = 0.18258. Transitions: 30.41667 × (21 + 30 × 3) = 3,376.25 × 0.025 / 1,000 = 0.08441.
    expect(of(scenarioOf({ scoring: { scheduled: false } }), 'Lambda, Step Functions')).toBe('0.27');
  });

  test('a batch scored every hour, of a month of readings', () => {
    // 43.8 million × 0.29055 = 12.726 million rows × 17 µs × 1,769 / 1,024 GiB = 373.75 GB-s. 730 runs × 5 s × (3 × 0.5 + 1,769 / 1,024) GiB = 11,780.5.
    // Together 12,154.3 × 13.3334 / 1e6 = 0.16206. Transitions: 730 × 11 × 0.025 / 1,000 = 0.20075. Requests: 2,920 × 0.2 / 1e6 = 0.00058.
    expect(of(scenarioOf({ training: { scheduled: false } }), 'Lambda, Step Functions')).toBe('0.36');
    // Each reads half a day, and the one after midnight the day before: 0.5 + 1 / 24 days.
    const { storedBytes } = trafficOf(scenarioOf());
    const perMonth = (storedBytes / 1024 ** 4 / daysPerMonth) * (0.5 + 1 / 24) * 730 * 5;
    expect(of(scenarioOf({ training: { scheduled: false } }), 'Athena')).toBe(perMonth.toFixed(2));
  });

  test('two zones with five endpoints each, next to one NAT gateway', () => {
    // Through: (43.8 million × 100 bytes + 43.8 million × 237.258 bytes) × 4/3 / 2^30 = 18.343 GB.
    // Endpoints: 10 × 730 × 0.01 = 73.00 and 18.343 × 0.01 = 0.18. NAT: 730 × 0.045 = 32.85 and 18.343 × 0.045 = 0.83.
    expect(of(scenarioOf(), 'Network')).toBe('73.18');
    expect(of(scenarioOf({}, {}, { endpointZones: 0, natGateways: 1 }), 'Network')).toBe('33.68');
  });
});

describe('what follows from the configuration', () => {
  const settings = fc.constantFrom('iot-core', 'basic-ingest', 'put-records', 'kpl').map((sender) => ({ sender }) as const);
  const load = fc.record({
    devices: fc.integer({ min: 1, max: 200_000 }),
    intervalSeconds: fc.constantFrom(1, 5, 60, 3_600),
    bytes: fc.integer({ min: 20, max: 50_000 }),
  });

  test('twice the devices are never cheaper', () => {
    fc.assert(
      fc.property(settings, load, fc.boolean(), ({ sender }, of, provisioned) => {
        const stage = provisioned ? ({ ingestion: { capacity: { mode: 'provisioned', shards: 50 } } } as const) : {};
        const total = (devices: number): number =>
          estimate(scenarioOf(stage, { ...of, sender, devices }), book, spotDiscount).total;

        expect(total(of.devices * 2)).toBeGreaterThanOrEqual(total(of.devices));
      }),
      { numRuns: 200 },
    );
  });

  test('packing is never dearer than a Firehose record for each row', () => {
    fc.assert(
      fc.property(load, (of) => {
        const scenario = scenarioOf({}, of);
        const packed = estimate(scenario, book, spotDiscount).total;

        expect(packed).toBeLessThanOrEqual(estimate({ ...scenario, packed: false }, book, spotDiscount).total + 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test('no schedules, no training, no scoring, no scan', () => {
    const { lines } = estimate(scenarioOf({ training: { scheduled: false }, scoring: { scheduled: false } }), book, spotDiscount);

    expect(lines.filter(({ service }) => ['Athena', 'SageMaker training', 'Lambda, Step Functions'].includes(service))).toEqual(
      [],
    );
  });

  test('a load that the shards, the tasks or the scan limit cannot take is said', () => {
    const { warnings } = estimate(
      scenarioOf(
        { ingestion: { capacity: { mode: 'provisioned', shards: 2 } }, consumer: { tasks: 1, maxTasks: 1 } },
        { devices: 100_000, intervalSeconds: 1 },
      ),
      book,
      spotDiscount,
    );

    expect(warnings).toEqual([
      'the load needs 9 tasks; consumer.maxTasks is 1',
      expect.stringMatching(/^9 tasks remember 90000 of 100000 devices/),
      'the load is 5000 % of what 2 shards take: it would be throttled',
      expect.stringMatching(/^a training query scans up to \d+ GB; delivery.queryScanLimitGiB is 10: it would be cancelled$/),
      expect.stringMatching(/^a training set has up to 75,311 million rows; .* reads about 94 million in the 15 minutes/),
    ]);
  });
});
