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
      },
    },
    {
      Resources: {
        Lag: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Lag' } },
        Share: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Expression: 'a / b' }, stat, stat] } },
        Dashboard: { Type: 'AWS::CloudWatch::Dashboard' },
      },
    },
  ];

  expect(inventoryOf(templates)).toEqual({ endpointZones: 3, natGateways: 1, keys: 1, alarmMetrics: 3, dashboards: 1 });
});

test('what is no template is refused', () => {
  expect(() => inventoryOf([{ Resources: { A: { Properties: {} } } }])).toThrow();
});
