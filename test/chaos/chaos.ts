import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosFleet } from './fleet';
import type { Resharding } from './kit/resharding';
import type { ChaosOptions } from './options';
import type { ChaosAction, PlannedAction } from './plan';
import type { WeatherReport } from './weather';

interface ChaosProps {
  readonly fleet: ChaosFleet;
  readonly options: ChaosOptions;
  readonly resharding: Resharding;
  readonly weather: WeatherReport;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
  /** Filled with how often each kind of action was done. */
  readonly counts: Record<string, number>;
}

/** Does what is planned, when it is due. */
export class Chaos {
  private readonly later: Promise<void>[] = [];

  constructor(private readonly props: ChaosProps) {}

  async run(plan: readonly PlannedAction[]): Promise<void> {
    const startMs = performance.now();
    const elapsedMs = (): number => performance.now() - startMs;
    for (const { action, atMs, choice } of plan) {
      await sleep(Math.max(0, atMs - elapsedMs()), undefined, { signal: this.props.signal });
      const done = await this.act(action, choice);
      if (done !== undefined) {
        this.props.counts[action.kind] = (this.props.counts[action.kind] ?? 0) + 1;
        this.props.onStep(`${(elapsedMs() / 1000).toFixed(1).padStart(7)} s  ${done}`);
      }
    }
    await sleep(Math.max(0, this.props.options.minutes * 60_000 - elapsedMs()), undefined, { signal: this.props.signal });
    await Promise.all(this.later);
  }

  /** @returns what was done, in words; undefined when there was nothing to do it to */
  private async act(action: ChaosAction, choice: number): Promise<string | undefined> {
    const { fleet, options, weather } = this.props;
    const active = fleet.active();
    const worker = active[Math.floor(choice * active.length)];
    switch (action.kind) {
      case 'weather':
        weather.begin(action);
        return `${action.service}: ${action.trouble} ${Math.round(action.share * 100)} % for ${seconds(action.forMs)}`;
      case 'split':
      case 'merge':
        return await this.reshard(action.kind, choice);
      case 'scale-out':
        return active.length < options.workers + 2 ? `start ${fleet.start().name}` : undefined;
      default:
    }
    if (worker === undefined) {
      return undefined;
    }
    switch (action.kind) {
      case 'kill':
        fleet.kill(worker);
        this.after(action.replaceAfterMs, () => void fleet.start());
        return `kill -9 ${worker.name}, another in ${seconds(action.replaceAfterMs)}`;
      case 'pause':
        fleet.pause(worker);
        this.after(action.forMs, () => fleet.resume(worker));
        return `pause ${worker.name} for ${seconds(action.forMs)}`;
      case 'replace':
        fleet.stop(worker);
        return `stop ${worker.name} while ${fleet.start().name} starts`;
      case 'scale-in':
        if (active.length < 3) {
          return undefined;
        }
        fleet.stop(worker);
        return `stop ${worker.name}`;
    }
  }

  private async reshard(kind: 'split' | 'merge', choice: number): Promise<string | undefined> {
    const { options, resharding } = this.props;
    try {
      const open = await resharding.open();
      const index = Math.floor(choice * (kind === 'split' ? open.length : open.length - 1));
      const [shard, neighbour] = [open[index], open[index + 1]];
      if (kind === 'split' && shard !== undefined && open.length < 2 * options.shards) {
        await resharding.split(shard);
        return `split ${shard}`;
      }
      if (kind === 'merge' && shard !== undefined && neighbour !== undefined && open.length > options.shards / 2) {
        await resharding.merge(shard, neighbour);
        return `merge ${shard} and ${neighbour}`;
      }
      return undefined;
    } catch {
      // The stream is still busy with the change before, or the chaos befell this request, too.
      return undefined;
    }
  }

  private after(ms: number, what: () => void): void {
    this.later.push(sleep(ms, undefined, { signal: this.props.signal }).then(what));
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
