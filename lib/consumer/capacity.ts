import type { CapacityProviderStrategy } from 'aws-cdk-lib/aws-ecs';
import type { ConsumerConfig } from '../config/pipeline-config';

/** Heaviest that ECS takes. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
const maxWeight = 1_000;

/**
 * How tasks are shared out between Fargate and Fargate Spot, so that `spotPercent` holds when the service has scaled to `maxTasks`, rounded
 * to whole tasks. With fewer tasks the share is at most that: one task is always on demand, which no reclaimed capacity takes away, unless
 * all are to be on Spot.
 *
 * It is given for 0 % as well: a service that names a launch type instead would be replaced when it changes over, and this one is updated.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
export function capacityProviderStrategy({
  maxTasks,
  spotPercent,
}: Pick<ConsumerConfig, 'maxTasks' | 'spotPercent'>): CapacityProviderStrategy[] {
  if (spotPercent === 100) {
    return [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  }
  const onSpot = Math.min(maxTasks - 1, Math.round((maxTasks * spotPercent) / 100));
  if (onSpot === 0) {
    return [{ capacityProvider: 'FARGATE', weight: 1 }];
  }
  // The base is filled first; what is beyond it is shared out by the weights.
  const beyondBase = maxTasks - 1 - onSpot;
  if (beyondBase === 0) {
    // Not 0: what has no weight is not used to place tasks, and nothing says that its base is an exception.
    return [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: maxWeight },
    ];
  }
  const divisor = greatestCommonDivisor(beyondBase, onSpot);
  return [
    { capacityProvider: 'FARGATE', base: 1, weight: beyondBase / divisor },
    { capacityProvider: 'FARGATE_SPOT', weight: onSpot / divisor },
  ];
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
