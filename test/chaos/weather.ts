import { AwsError } from '../../local/aws/http/aws-error';
import type { Fault, FaultPlan } from '../../local/aws/http/faults';
import type { ChaosAction } from './plan';

type Weather = Extract<ChaosAction, { kind: 'weather' }>;

interface Spell {
  readonly weather: Weather;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What only the test itself asks for. */
const spared: ReadonlySet<string> = new Set(['PutRecords', 'SplitShard', 'MergeShards']);

const delayMs = { least: 100, most: 1500 } as const;

/** What Kinesis and DynamoDB both answer when there is too much. */
const throttled = 'ProvisionedThroughputExceededException';

/** The troubles of the moment, of each service, and how many requests they befell. */
export class WeatherReport {
  private readonly spells: Spell[] = [];
  private readonly befallen = new Map<string, number>();
  private over = false;

  constructor(
    private readonly random: () => number,
    private readonly now: () => number,
  ) {}

  begin(weather: Weather): void {
    const nowMs = this.now();
    this.spells.push({ weather, fromMs: nowMs, untilMs: nowMs + weather.forMs });
  }

  /** From now on all goes well. */
  end(): void {
    this.over = true;
  }

  /** What becomes of the next request to a service. */
  readonly plan: FaultPlan = ({ operation, service }) => {
    const nowMs = this.now();
    const here = this.spells.filter(
      ({ fromMs, untilMs, weather }) => weather.service === service && fromMs <= nowMs && nowMs < untilMs,
    );
    const hit = this.over || spared.has(operation) ? undefined : here.find(({ weather }) => this.random() < weather.share);
    if (hit === undefined) {
      return undefined;
    }
    const { trouble } = hit.weather;
    const key = `${service} ${trouble}`;
    this.befallen.set(key, (this.befallen.get(key) ?? 0) + 1);
    return this.fault(trouble);
  };

  /** Whether there was any trouble between two times, in milliseconds since the epoch. */
  wasCalm(fromMs: number, untilMs: number): boolean {
    return this.spells.every((spell) => spell.untilMs < fromMs || spell.fromMs > untilMs);
  }

  /** Requests that got into trouble, by service and kind. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.befallen);
  }

  private fault(trouble: Weather['trouble']): Fault {
    switch (trouble) {
      case 'throttle':
        return { error: new AwsError(throttled, 'Rate exceeded, by the chaos.') };
      case 'lose-request':
        return { drop: 'request' };
      case 'lose-reply':
        return { drop: 'reply' };
      case 'delay':
        return { delayMs: delayMs.least + (delayMs.most - delayMs.least) * this.random() };
    }
  }
}
