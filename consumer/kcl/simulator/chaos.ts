import { ChaosContext, type ChaosProps, type Happenings } from './chaos-context';
import type { FaultKind } from './faults';
import { fairWeather, requestFaults } from './network';
import { background, serviceHappenings, type ProcessorMood } from './service-happenings';
import { streamHappenings } from './stream-happenings';
import { workerHappenings } from './worker-happenings';

/** Injects faults, one at a time and at random times, until it is over. */
export class Chaos {
  private readonly context: ChaosContext;
  private readonly mood: ProcessorMood = { failing: 0, hanging: false };
  private readonly happenings: Happenings<FaultKind>;

  constructor(private readonly props: ChaosProps) {
    this.context = new ChaosContext(props);
    this.happenings = {
      ...workerHappenings(this.context),
      ...streamHappenings(this.context),
      ...serviceHappenings(this.context, this.mood),
    };
  }

  start(): void {
    const { network, scenario, tears } = this.props;
    network.weather = { ...fairWeather };
    for (const fault of requestFaults) {
      network.weather[fault] = scenario.faults.has(fault) ? background : 0;
    }
    tears.scan = scenario.faults.has('torn-scan') ? 0.1 : 0;
    tears.listing = scenario.faults.has('stale-listing') ? 0.2 : 0;
    this.next();
  }

  /** All is well again: what was broken works, who stood still goes on, and nobody is told anything any more. */
  end(): void {
    const { network, tears } = this.props;
    this.context.end();
    network.weather = fairWeather;
    tears.scan = 0;
    tears.listing = 0;
  }

  processorFails(): boolean {
    const fails = this.mood.failing > 0 && this.props.random.chance(this.mood.failing);
    if (fails) {
      this.props.tally.add('processor-failure');
    }
    return fails;
  }

  /** How much longer than usual a call to a processor takes, in milliseconds. */
  processorHangsMs(): number {
    const { random, scenario, tally } = this.props;
    if (!this.mood.hanging || !random.chance(0.5)) {
      return 0;
    }
    tally.add('processor-hang');
    return random.between(1, 16) * scenario.settings.failoverTimeMs;
  }

  private next(): void {
    const { random, scenario, scheduler } = this.props;
    const kinds = [...scenario.faults];
    scheduler.after(random.exponential(scenario.faultEveryMs), () => {
      const kind = random.pickOrNone(kinds);
      if (this.context.isOver() || kind === undefined) {
        return;
      }
      this.happenings[kind]();
      this.next();
    });
  }
}
