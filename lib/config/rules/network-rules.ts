import { subnetBits, type NetworkConfig } from '../pipeline-config';
import { duplicateIn, refuse, type Rule } from './rule';

/** Smallest and largest block of a VPC. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const vpcPrefixes = { shortest: 16, longest: 28 } as const;

/** Addresses of a subnet that AWS keeps for itself. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const reservedPerSubnet = 5;
/** Addresses of a subnet that are left for endpoints. */
const endpointsPerSubnet = 10;

/** A block of addresses, as numbers. */
interface AddressBlock {
  /** The four numbers, each from 0 to 255 if it is a block at all. */
  readonly octets: readonly number[];
  /** Bits that all its addresses share. */
  readonly prefixLength: number;
}

function blockOf(cidr: string): AddressBlock {
  const [address = '', prefixLength] = cidr.split('/');
  return { octets: address.split('.').map(Number), prefixLength: Number(prefixLength) };
}

/** Whether no bit is set after the prefix: EC2 would take another block than the one that is written. */
function startsItsBlock({ octets, prefixLength }: AddressBlock): boolean {
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return address % 2 ** (32 - prefixLength) === 0;
}

function addresses(network: NetworkConfig): { readonly key: string; readonly cidr: string } {
  return network.mode === 'new' ? { key: 'network.cidr', cidr: network.cidr } : { key: 'network.vpcCidr', cidr: network.vpcCidr };
}

/** The network: its addresses, and what of an existing one has to fit together. */
export const networkRules: readonly Rule[] = [
  {
    asks: '`network.natGateways` ≤ `network.availabilityZones`',
    check: ({ network }) =>
      network.mode === 'new' && network.natGateways > network.availabilityZones
        ? refuse(
            'network.natGateways',
            network.natGateways,
            `an integer from 0 to ${network.availabilityZones} (network.availabilityZones)`,
          )
        : undefined,
  },
  {
    asks: `\`network.cidr\` and \`network.vpcCidr\` name a block by its first address, from /${vpcPrefixes.shortest} to /${vpcPrefixes.longest}`,
    check: ({ network }) => {
      const { key, cidr } = addresses(network);
      const block = blockOf(cidr);
      const { octets, prefixLength } = block;
      const isBlock =
        octets.every((octet) => octet <= 255) &&
        prefixLength >= vpcPrefixes.shortest &&
        prefixLength <= vpcPrefixes.longest &&
        startsItsBlock(block);
      return isBlock ? undefined : refuse(key, cidr, 'a block of addresses by its first one, such as 10.0.0.0/16');
    },
  },
  {
    asks: 'The subnets of a new network have an address for each task, twice, and for each training instance',
    because: 'a deployment starts the new tasks beside the old ones',
    check: ({ network, consumer: { maxTasks }, training: { instanceCount } }) => {
      if (network.mode === 'existing') {
        return undefined;
      }
      const perSubnet = 2 ** (32 - blockOf(network.cidr).prefixLength - subnetBits) - reservedPerSubnet - endpointsPerSubnet;
      const room = perSubnet * network.availabilityZones;
      const needed = 2 * maxTasks + instanceCount;
      return needed > room
        ? refuse(
            'network.cidr',
            network.cidr,
            `larger: its subnets have room for ${room}, and ${maxTasks} tasks (consumer.maxTasks) need ${needed}`,
          )
        : undefined;
    },
  },
  {
    asks: 'Of an existing network, `network.subnetIds` and `network.availabilityZones` are as many, and no zone comes twice',
    because: 'they belong together in pairs, and an interface endpoint takes one subnet per zone',
    check: ({ network }) => {
      if (network.mode === 'new') {
        return undefined;
      }
      const { subnetIds, availabilityZones } = network;
      if (subnetIds.length !== availabilityZones.length) {
        return refuse('network.subnetIds', subnetIds, `as many as network.availabilityZones: ${availabilityZones.length}`);
      }
      const subnet = duplicateIn(subnetIds);
      if (subnet >= 0) {
        return refuse(`network.subnetIds.${subnet}`, subnetIds[subnet], 'a subnet that is not named before');
      }
      const zone = duplicateIn(availabilityZones);
      return zone < 0
        ? undefined
        : refuse(`network.availabilityZones.${zone}`, availabilityZones[zone], 'a zone that is not named before');
    },
  },
  {
    asks: 'The zones of an existing network are in `region`, when there is one, and all in one region',
    check: ({ region, network }) => {
      if (network.mode === 'new') {
        return undefined;
      }
      const { availabilityZones: zones } = network;
      const expected = region ?? zones[0]?.slice(0, -1) ?? '';
      const wrong = zones.findIndex((zone) => zone.slice(0, -1) !== expected);
      return wrong < 0 ? undefined : refuse(`network.availabilityZones.${wrong}`, zones[wrong], `a zone of ${expected}`);
    },
  },
  {
    asks: '`network.routeTableIds` are as many as `network.subnetIds`, or none; `network.createEndpoints` needs them',
    because: 'the endpoints of S3 and DynamoDB are entries in the route tables',
    check: ({ network }) => {
      if (network.mode === 'new') {
        return undefined;
      }
      const { routeTableIds, subnetIds, createEndpoints } = network;
      const fits = routeTableIds.length === subnetIds.length || (routeTableIds.length === 0 && !createEndpoints);
      return fits
        ? undefined
        : refuse(
            'network.routeTableIds',
            routeTableIds,
            `as many as network.subnetIds: ${subnetIds.length}${createEndpoints ? '' : ', or none'}`,
          );
    },
  },
];
