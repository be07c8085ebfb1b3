import { inventoryOf } from '../../../ops/cost/inventory';

test('endpoints count once per zone, alarms by the metrics that they look at', () => {
  const stat = { MetricStat: { Metric: {} } };
  const templates = [
    {
      Resources: {
        Kinesis: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b', 'c'] } },
        S3: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway', RouteTableIds: ['a'] } },
        Nat: { Type: 'AWS::EC2::NatGateway', Properties: {} },
        Key: { Type: 'AWS::KMS::Key' },
        Flows: { Type: 'AWS::EC2::FlowLog' },
      },
    },
    {
      Resources: {
        Lag: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Lag' } },
        Failures: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: { Metrics: [{ Expression: { 'Fn::Join': ['', ['SELECT SUM(Failure) FROM ', { Ref: 'Rule' }]] } }] },
        },
        Share: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Expression: 'a / b' }, stat, stat] } },
        Cluster: {
          Type: 'AWS::ECS::Cluster',
          Properties: { ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }] },
        },
        Plain: {
          Type: 'AWS::ECS::Cluster',
          Properties: { ClusterSettings: [{ Name: 'containerInsights', Value: 'disabled' }] },
        },
        Dashboard: { Type: 'AWS::CloudWatch::Dashboard' },
      },
    },
  ];

  expect(inventoryOf(templates)).toEqual({
    endpointZones: 3,
    natGateways: 1,
    keys: 1,
    alarmMetrics: 4,
    dashboards: 1,
    insightsClusters: 1,
    flowLogs: 1,
  });
});

test('what is no template is refused', () => {
  expect(() => inventoryOf([{ Resources: { A: { Properties: {} } } }])).toThrow();
});
