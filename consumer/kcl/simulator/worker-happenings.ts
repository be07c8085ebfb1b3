import type { ChaosContext, Happenings } from './chaos-context';

type Kind =
  'crash' | 'restart' | 'pause' | 'suspend' | 'clock-step' | 'partition' | 'stuck-read' | 'scale-out' | 'scale-in' | 'deploy';

/** What befalls single workers, and who joins and leaves. */
export function workerHappenings(chaos: ChaosContext): Happenings<Kind> {
  const { fleet, log, network, random, scenario, scheduler } = chaos.props;
  const { failoverTimeMs, readerStallTimeMs } = scenario.settings;

  const crash = (kind: 'crash' | 'restart', afterMs: number): void =>
    chaos.toOne(kind, (member) => {
      const wasStaying = !member.stopping;
      fleet.kill(member);
      if (!wasStaying || (kind === 'crash' && random.chance(0.3))) {
        return;
      }
      scheduler.after(afterMs, () => {
        if (!chaos.isOver()) {
          fleet.start(kind === 'restart' ? member.machine.name : undefined);
        }
      });
    });

  const freeze = (kind: 'pause' | 'suspend'): void =>
    chaos.toOne(kind, ({ machine }) => {
      machine[kind]();
      chaos.until(random.between(0.1, 4) * failoverTimeMs, () => {
        log.add(machine.name, 'goes on');
        machine.resume();
      });
    });

  /** Rolling: the next is told to stop some time after its forerunner's replacement has started. */
  const deploy = (): void => {
    chaos.tell('deploy');
    const old = [...fleet.staying];
    const roll = (): void => {
      const member = old.shift();
      if (member === undefined || chaos.isOver()) {
        return;
      }
      fleet.stop(member);
      fleet.start();
      scheduler.after(random.between(100, 4000), roll);
    };
    roll();
  };

  return {
    crash: () => crash('crash', random.between(0, 3) * failoverTimeMs),
    restart: () => crash('restart', random.between(10, 800)),
    pause: () => freeze('pause'),
    suspend: () => freeze('suspend'),
    'clock-step': () => chaos.toOne('clock-step', ({ machine }) => machine.stepWall(random.between(-1, 1) * scenario.wallSkewMs)),
    partition: () => {
      const service = random.pick(['table', 'table', 'stream'] as const);
      chaos.toOne('partition', ({ machine }) => {
        network.separate(machine, service);
        chaos.until(random.between(0.5, 4) * failoverTimeMs, () => network.rejoin(machine, service));
      });
    },
    'stuck-read': () =>
      chaos.toOne('stuck-read', ({ contexts, stuck }) => {
        const working = random.pickOrNone([...contexts].filter(([, { signal }]) => !signal.aborted));
        if (working !== undefined) {
          const [shardId] = working;
          stuck.add(shardId);
          chaos.until(random.between(1, 3) * readerStallTimeMs, () => stuck.delete(shardId));
        }
      }),
    'scale-out': () => {
      if (fleet.members.length < scenario.maxWorkers) {
        chaos.tell('scale-out');
        fleet.start();
      }
    },
    'scale-in': () => {
      const member = random.pickOrNone(fleet.staying);
      if (member !== undefined) {
        chaos.tell('scale-in', member.machine.name);
        fleet.stop(member);
      }
    },
    deploy,
  };
}
