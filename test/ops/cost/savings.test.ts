import { alreadySaved, savingsOf, type Pricing } from '../../../ops/cost/savings';
import type { Scenario } from '../../../ops/cost/load';
import { book, scenarioOf, spotDiscount } from './scenario';

const pricing = (scenario: Scenario): Pricing => ({
  book,
  spotDiscount,
  inventoryFor: ({ network }) => {
    const natGateways = network.mode === 'new' ? network.natGateways : 0;
    return { ...scenario.inventory, endpointZones: natGateways > 0 ? 0 : 10, natGateways };
  },
});

test('small records are what IoT Core is dear for, and what is remembered of devices when it is stored often', () => {
  const scenario = scenarioOf({}, { devices: 10_000, intervalSeconds: 5, bytes: 200 });

  expect(
    savingsOf(scenario, pricing(scenario))
      .map(({ title }) => title)
      .slice(0, 3),
  ).toEqual([
    'gateways aggregate with the KPL, instead of IoT Core',
    'devices publish by Basic Ingest ($aws/rules/...)',
    'consumer.checkpointIntervalMs: 300000',
  ]);
});

test('Basic Ingest saves just what messages cost', () => {
  const scenario = scenarioOf();
  const saving = savingsOf(scenario, pricing(scenario)).find(({ title }) => title.includes('Basic Ingest'));

  expect(saving?.saves.toFixed(2)).toBe('43.80');
});

test('only what saves is proposed, and nothing that is done already', () => {
  const scenario = scenarioOf(
    { network: { mode: 'new', natGateways: 1 }, consumer: { reading: 'fan-out', spotPercent: 100 }, training: { useSpot: true } },
    { sender: 'kpl' },
    { endpointZones: 0, natGateways: 1 },
  );
  const titles = savingsOf(scenario, pricing(scenario)).map(({ title }) => title);

  expect(titles).toContain('consumer.reading: polling');
  expect(titles.filter((title) => /spotPercent|useSpot|KPL|natGateways/.test(title))).toEqual([]);
});

test('tuning is worth what its training jobs cost', () => {
  const scenario = scenarioOf({ training: { tuning: { maxJobs: 6 } } });
  const saving = savingsOf(scenario, pricing(scenario)).find(({ title }) => title === 'training.tuning.maxJobs: 0');

  // 30.41667 runs × 6 jobs × 0.25 h × 0.115 × 0.3 = 1.57406; transitions: 30.41667 × (3 + 3 × 30 × 3) × 0.025 / 1,000 = 0.20760; calls: 0.00103.
  expect(saving?.saves.toFixed(2)).toBe('1.78');
});

test('a change that the configuration’s rules forbid is not proposed', () => {
  // Two hundred tasks at least need as many shards; fewer would be cheaper, and are refused.
  const scenario = scenarioOf({ consumer: { tasks: 200, maxTasks: 200 } }, { devices: 10 });
  const shards = savingsOf(scenario, pricing(scenario)).filter(({ title }) => title.includes('provisioned'));

  expect(shards).toEqual([]);
});

test('what is done already is worth what it would cost without', () => {
  const scenario = scenarioOf({}, { devices: 10_000, intervalSeconds: 5, bytes: 200 });
  const [first] = alreadySaved(scenario, pricing(scenario));

  // 5,256 million rows of 475 bytes would each be billed as 5 KB: 25,063 GB instead of about 2,330, for 0.029 + 0.018 USD.
  expect(first?.title).toBe('rows packed into large Firehose records');
  expect(first?.saves).toBeGreaterThan(1_060);
  expect(first?.saves).toBeLessThan(1_075);
});

test('a change after which the load would no longer fit is not proposed', () => {
  // 100,000 messages a second of 20 bytes, aggregated, fill two shards: three are provisioned, which no more than three tasks can read.
  // By processor time they take nine tasks of half a CPU: 100,000 × 25.93e-6 s / (0.5 × 0.6) = 8.6.
  const load = { devices: 100_000, intervalSeconds: 1, bytes: 20, sender: 'kpl' } as const;
  const titles = (cpu: 512 | 4096): readonly string[] => {
    const consumer = { cpu, memoryMiB: cpu * 2, tasks: 1, maxTasks: 20 };
    const scenario = scenarioOf({ consumer, delivery: { queryScanLimitGiB: 100_000 } }, load);
    return savingsOf(scenario, pricing(scenario)).map(({ title }) => title);
  };

  expect(titles(4096)).toContain('ingestion.capacity: provisioned, 3 shards');
  expect(titles(512)).not.toContain('ingestion.capacity: provisioned, 3 shards');
});
