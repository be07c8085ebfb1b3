import { z } from 'zod';
import type { Inventory } from './load';

const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const template = z.object({ Resources: z.record(z.string(), resource).default({}) });
type Resource = z.output<typeof resource>;

/**
 * An alarm on one metric names it; one on an expression lists what it is made of, the expressions among them. A query is billed by the
 * metrics that it finds, and counts as one. https://aws.amazon.com/cloudwatch/pricing/
 */
const metric = z.object({ MetricStat: z.unknown().optional(), Expression: z.unknown().optional() });
const alarm = z.object({ Metrics: z.array(metric).optional() });
const isQuery = (expression: unknown): boolean => JSON.stringify(expression ?? '').includes('SELECT ');
const cluster = z.object({ ClusterSettings: z.array(z.object({ Name: z.unknown(), Value: z.unknown() })).optional() });
const endpoint = z.object({ VpcEndpointType: z.string().optional(), SubnetIds: z.array(z.unknown()).optional() });

/** Counts in templates what is billed by being there. @throws ZodError for what is no template */
export function inventoryOf(templates: readonly unknown[]): Inventory {
  const resources = templates.flatMap((text) => Object.values(template.parse(text).Resources));
  const of = (type: string): readonly Resource[] => resources.filter(({ Type }) => Type === type);
  return {
    endpointZones: total(of('AWS::EC2::VPCEndpoint'), ({ Properties }) => {
      const { VpcEndpointType, SubnetIds } = endpoint.parse(Properties);
      return VpcEndpointType === 'Interface' ? (SubnetIds?.length ?? 0) : 0;
    }),
    natGateways: of('AWS::EC2::NatGateway').length,
    keys: of('AWS::KMS::Key').length,
    alarmMetrics: total(of('AWS::CloudWatch::Alarm'), ({ Properties }) => {
      const { Metrics } = alarm.parse(Properties);
      return Metrics === undefined ? 1 : Metrics.filter((one) => one.MetricStat !== undefined || isQuery(one.Expression)).length;
    }),
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    insightsClusters: of('AWS::ECS::Cluster').filter(({ Properties }) =>
      cluster.parse(Properties).ClusterSettings?.some(({ Name, Value }) => Name === 'containerInsights' && Value === 'enabled'),
    ).length,
    flowLogs: of('AWS::EC2::FlowLog').length,
  };
}

const total = (resources: readonly Resource[], count: (resource: Resource) => number): number =>
  resources.reduce((sum, one) => sum + count(one), 0);
