import type { SeededRandom } from '../../core/random';

/** Something that is done to the fleet, the stream or the network. */
export type ChaosAction =
  /** kill -9, and a new worker a while later. */
  | { readonly kind: 'kill'; readonly replaceAfterMs: number }
  /** SIGSTOP, and SIGCONT a while later. */
  | { readonly kind: 'pause'; readonly forMs: number }
  /** SIGTERM while its replacement starts, as a deployment does. */
  | { readonly kind: 'replace' }
  | { readonly kind: 'scale-out' }
  | { readonly kind: 'scale-in' }
  | { readonly kind: 'split' }
  | { readonly kind: 'merge' }
  /** For a while, a share of the requests of one service gets into trouble. */
  | {
      readonly kind: 'weather';
      readonly service: 'kinesis' | 'dynamodb';
      readonly trouble: 'throttle' | 'lose-request' | 'lose-reply' | 'delay';
      readonly share: number;
      readonly forMs: number;
    };

export interface PlannedAction {
  /** Since the beginning of the chaos. */
  readonly atMs: number;
  readonly action: ChaosAction;
  /** Uniform in [0, 1): which worker or shard is meant, of those that there are then. */
  readonly choice: number;
}

/** How often each happens, against each other. */
const weights: Readonly<Record<ChaosAction['kind'], number>> = {
  kill: 3,
  pause: 3,
  replace: 4,
  'scale-out': 1,
  'scale-in': 1,
  split: 3,
  merge: 3,
  weather: 5,
};

/** Every kind of action comes about in this many steps, whatever the seed. */
const firstRound: readonly ChaosAction['kind'][] = ['replace', 'kill', 'split', 'pause', 'weather', 'merge'];

/** What will be done and when: a pure function of its arguments. */
export function planChaos(random: SeededRandom, durationMs: number, failoverMs: number): readonly PlannedAction[] {
  const plan: PlannedAction[] = [];
  const pause = (): number => Math.min(durationMs / 10, random.between(1000, 2 * failoverMs));
  const first = firstRound.map((kind) => ({ kind, order: random.uniform() })).sort((a, b) => a.order - b.order);
  for (let atMs = pause(); atMs < durationMs; atMs += pause()) {
    const kind = first.shift()?.kind ?? weighted(random);
    plan.push({ atMs, action: makeAction(random, kind, failoverMs), choice: random.uniform() });
  }
  return plan;
}

function weighted(random: SeededRandom): ChaosAction['kind'] {
  const kinds = Object.entries(weights) as [ChaosAction['kind'], number][];
  let rest = random.uniform() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of kinds) {
    rest -= weight;
    if (rest < 0) {
      return kind;
    }
  }
  return 'kill';
}

function makeAction(random: SeededRandom, kind: ChaosAction['kind'], failoverMs: number): ChaosAction {
  switch (kind) {
    case 'kill':
      return { kind, replaceAfterMs: random.between(0, 2 * failoverMs) };
    case 'pause':
      // Shorter than the failover time, so that the leases are kept, or longer, so that others take them.
      return { kind, forMs: random.between(0.2, 3) * failoverMs };
    case 'weather': {
      const troubles = ['throttle', 'lose-request', 'lose-reply', 'delay'] as const;
      return {
        kind,
        service: random.uniform() < 0.5 ? 'kinesis' : 'dynamodb',
        trouble: troubles[Math.floor(random.uniform() * troubles.length)] ?? 'throttle',
        share: random.between(0.1, 0.6),
        forMs: random.between(1000, 6000),
      };
    }
    default:
      return { kind };
  }
}
