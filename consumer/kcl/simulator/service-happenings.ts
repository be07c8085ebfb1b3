import type { ChaosContext, Happenings } from './chaos-context';
import type { RequestFault } from './network';

type Kind = RequestFault | 'torn-scan' | 'stale-listing' | 'sink-full' | 'processor-failure' | 'processor-hang';

/** How calls to processors go just now. */
export interface ProcessorMood {
  /** The share of calls that fail. */
  failing: number;
  /** Whether calls hang. */
  hanging: boolean;
}

/** How likely a request fault is while nothing in particular is the matter. */
export const background = 0.004;

/** What befalls requests, the sink and the processors. */
export function serviceHappenings(chaos: ChaosContext, mood: ProcessorMood): Happenings<Kind> {
  const { log, network, random, scenario, sink } = chaos.props;

  /** A kind of request fault becomes frequent for some seconds. */
  const frequent = (kind: RequestFault) => (): void => {
    network.weather[kind] = random.pick([0.05, 0.2, 0.5]);
    log.add('world', `${kind}: ${network.weather[kind]} of all requests`);
    chaos.until(random.between(500, 5000), () => (network.weather[kind] = chaos.isOver() ? 0 : background));
  };

  return {
    'lost-reply': frequent('lost-reply'),
    'lost-request': frequent('lost-request'),
    'slow-reply': frequent('slow-reply'),
    'late-request': frequent('late-request'),
    throttled: frequent('throttled'),
    // Drawn anew for each scan and listing, all the time.
    'torn-scan': () => undefined,
    'stale-listing': () => undefined,
    'sink-full': () => {
      chaos.tell('sink-full');
      sink.full = true;
      // At times for longer than a hand-off is waited for.
      const longestMs = random.pick([3000, 16 * scenario.settings.failoverTimeMs]);
      chaos.until(random.between(500, longestMs), () => (sink.full = false));
    },
    'processor-failure': () => {
      chaos.tell('processor-failure');
      mood.failing = random.pick([0.2, 0.6, 1]);
      chaos.until(random.between(300, 6000), () => (mood.failing = 0));
    },
    'processor-hang': () => {
      mood.hanging = true;
      chaos.until(random.between(200, 2000), () => (mood.hanging = false));
    },
  };
}
