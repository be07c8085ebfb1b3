import type { Scenario } from './load';
import {
  base64,
  deviceItemBytes,
  deviceStateBytes,
  hoursPerMonth,
  leaseScansPerWorkerHour,
  leaseWritesPerShardHour,
  leasesPerReadUnit,
  previousStateShare,
  secondsPerMonth,
} from './measured';
import { gB, type Traffic } from './traffic';
import type { Usage } from './usage';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html: 1,024 units are a vCPU. */
const unitsPerCpu = 1024;
/** Failover time at which the lease table's writes were counted. */
const measuredFailoverMs = 10_000;

/** The tasks: as many as the load asks for, at least those that the stage sets; a share of them on spot capacity. */
export function fargateUsage({ config }: Scenario, { tasks }: Traffic, spotDiscount: number): readonly Usage[] {
  const service = 'Fargate';
  const { architecture, cpu, memoryMiB, spotPercent } = config.consumer;
  const hours = tasks * hoursPerMonth;
  const spot = spotPercent / 100;
  const of = (name: string, share: number, discount: number): readonly Usage[] => [
    {
      service,
      item: `CPU, ${name}`,
      price: `fargate.${architecture}.cpu`,
      quantity: hours * share * (cpu / unitsPerCpu),
      discount,
    },
    {
      service,
      item: `memory, ${name}`,
      price: `fargate.${architecture}.memory`,
      quantity: hours * share * (memoryMiB / 1024),
      discount,
    },
  ];
  return [...of('regular', 1 - spot, 0), ...of('spot', spot, spotDiscount)];
}

/** The lease table, on demand: renewals of leases, and scans of the workers. */
export function leaseUsage({ config }: Scenario, { shards, tasks }: Traffic): readonly Usage[] {
  const service = 'DynamoDB (leases)';
  const pace = measuredFailoverMs / config.consumer.failoverTimeMs;
  return [
    { service, item: 'writes', price: 'dynamodb.write', quantity: shards * hoursPerMonth * leaseWritesPerShardHour * pace },
    {
      service,
      item: 'reads',
      price: 'dynamodb.read',
      quantity: tasks * hoursPerMonth * leaseScansPerWorkerHour * pace * Math.ceil(shards / leasesPerReadUnit),
    },
  ];
}

/** Whether the tasks have room for every device; if not, each message takes a read and a write of the device state table. */
export function remembersAll({ config, load }: Scenario, { tasks }: Traffic): boolean {
  return load.devices <= tasks * config.consumer.rememberedDevices;
}

/**
 * The device state table, on demand: a write of each device that has reported, with each checkpoint; reads only where memory has no room
 * for all devices, beside those when a task starts.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html a write unit is 1 KB, a read unit 4 KB
 */
export function deviceStateUsage(scenario: Scenario, traffic: Traffic): readonly Usage[] {
  const { config, domain, load } = scenario;
  if (!domain.keepsDeviceState) {
    return [];
  }
  const service = 'DynamoDB (device state)';
  const all = remembersAll(scenario, traffic);
  const everySeconds = all ? Math.max(load.intervalSeconds, config.consumer.checkpointIntervalMs / 1_000) : load.intervalSeconds;
  const itemBytes = deviceItemBytes + deviceStateBytes * (1 + previousStateShare(everySeconds / load.intervalSeconds));
  const writes = load.devices * (secondsPerMonth / everySeconds);
  return [
    { service, item: 'writes', price: 'dynamodb.write', quantity: writes * Math.ceil(itemBytes / 1024) },
    { service, item: 'reads', price: 'dynamodb.read', quantity: all ? 0 : writes * Math.ceil(itemBytes / 4096) },
  ];
}

/** The way to the services: endpoints by the zone and hour or NAT gateways, and what goes through them. S3 and DynamoDB cost nothing. */
export function networkUsage({ inventory }: Scenario, { records, recordBytes, messages, rowBytes }: Traffic): readonly Usage[] {
  const service = 'Network';
  const through = (base64 * (records * recordBytes + messages * rowBytes)) / gB;
  const { endpointZones, natGateways } = inventory;
  const byEndpoint = endpointZones > 0;
  return [
    { service, item: 'interface endpoints', price: 'network.endpoint', quantity: endpointZones * hoursPerMonth },
    { service, item: 'through endpoints', price: 'network.endpoint.data', quantity: byEndpoint ? through : 0 },
    { service, item: 'NAT gateways', price: 'network.nat', quantity: natGateways * hoursPerMonth },
    { service, item: 'through NAT', price: 'network.nat.data', quantity: !byEndpoint && natGateways > 0 ? through : 0 },
  ];
}
