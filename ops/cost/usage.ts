import type { PriceId } from './price-id';

/** The services that the estimate is grouped by, in the order in which they are printed: that of the data. */
export const services = [
  'IoT Core',
  'Kinesis Data Streams',
  'Fargate',
  'DynamoDB (leases)',
  'DynamoDB (device state)',
  'Network',
  'Data Firehose',
  'SNS (alerts)',
  'S3',
  'Athena',
  'SageMaker training',
  'Lambda, Step Functions',
  'KMS',
  'CloudWatch',
] as const;
export type Service = (typeof services)[number];

/** How much of something is used in a month. */
export interface Usage {
  readonly service: Service;
  readonly item: string;
  readonly price: PriceId;
  readonly quantity: number;
  /** Share of the price that is taken off, from 0 to 1: spot capacity. @default 0 */
  readonly discount?: number;
}
