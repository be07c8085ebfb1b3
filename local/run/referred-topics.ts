import type { Pipeline } from '../template/pipeline';

const topicArn = /arn:[\w-]+:sns:[\w-]*:\d*:[\w-]+/g;

/**
 * Topics that the template publishes to and does not make: somebody else's, which are there when it is deployed. Found by their ARNs in
 * state machines, and in the environment of functions and containers.
 */
export function referredTopics({ stateMachines, functions, services, topics }: Pipeline): readonly string[] {
  const places = [
    ...stateMachines.map(({ definition }) => definition),
    ...functions.map(({ environment }) => environment),
    ...services.map(({ environment }) => environment),
  ];
  const found = new Set(places.flatMap((place) => JSON.stringify(place).match(topicArn) ?? []));
  return [...found].filter((arn) => !topics.some((topic) => topic.arn === arn));
}
