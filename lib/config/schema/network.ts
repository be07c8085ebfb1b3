import { z } from 'zod';
import { integer } from './shared';

/** Most zones that a new network takes. Nearly every region has as many; where an account sees only two, as in us-west-1, say 2. */
export const maxAvailabilityZones = 3;

/** Bits by which a subnet of a new network is smaller than it: an eighth, one of tasks and one with the way out in each of the zones. */
export const subnetBits = 3;

const newNetwork = z.strictObject({
  mode: z.literal('new').describe('A VPC of the pipeline’s own.'),
  availabilityZones: integer(2, maxAvailabilityZones).default(2).describe('Availability zones that have a subnet.'),
  natGateways: integer(0, maxAvailabilityZones)
    .default(0)
    .describe(
      'NAT gateways for the way out, at most one per zone; 0 means that there is none, and that the AWS services are reached by VPC endpoints only.',
    ),
  cidr: z
    .string()
    .regex(/^\d{1,3}(?:\.\d{1,3}){3}\/(?:1[6-9]|2[0-2])$/)
    .default('10.0.0.0/16')
    .meta({ allowed: 'a block of addresses from /16 to /22 such as 10.0.0.0/16', description: 'Addresses of the VPC.' }),
  flowLogs: z.boolean().default(true).describe('Whether the VPC logs who talked to whom.'),
});

const existingNetwork = z.strictObject({
  mode: z.literal('existing').describe('A VPC that somebody else looks after.'),
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/)
    .meta({ allowed: 'the id of a VPC such as vpc-0123456789abcdef0', description: 'The VPC.' }),
  vpcCidr: z
    .string()
    .regex(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/)
    .meta({ allowed: 'a block of addresses such as 10.0.0.0/16', description: 'Its addresses.' }),
  availabilityZones: z
    .array(
      z
        .string()
        .regex(/^[a-z]{2,3}(-[a-z]+)+-\d[a-z]$/)
        .meta({ allowed: 'a zone such as eu-west-1a' }),
    )
    .min(1)
    .max(6)
    .describe(
      'The zone of each subnet, in the order of subnetIds; held to be different, since an interface endpoint takes one subnet per zone.',
    ),
  subnetIds: z
    .array(
      z
        .string()
        .regex(/^subnet-[0-9a-f]{8,17}$/)
        .meta({ allowed: 'the id of a subnet such as subnet-0123456789abcdef0' }),
    )
    .min(1)
    .max(6)
    .describe('Private subnets for tasks and training jobs, one per zone.'),
  routeTableIds: z
    .array(
      z
        .string()
        .regex(/^rtb-[0-9a-f]{8,17}$/)
        .meta({ allowed: 'the id of a route table such as rtb-0123456789abcdef0' }),
    )
    .max(6)
    .default([])
    .describe('The route table of each subnet, in the order of subnetIds; needed to create endpoints.'),
  createEndpoints: z
    .boolean()
    .default(false)
    .describe('Whether to add the VPC endpoints. Otherwise the subnets must have a way to the AWS services: endpoints or NAT.'),
});

/** The network that tasks and training jobs run in. */
export const networkSchema = z.discriminatedUnion('mode', [newNetwork, existingNetwork]).readonly();

export type NetworkConfig = z.output<typeof networkSchema>;
