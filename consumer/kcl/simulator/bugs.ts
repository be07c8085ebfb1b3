import type { Invariant } from './invariants';
import type { RunOptions } from './scenario';

/** A change of the source that breaks it in a known way. */
export interface Patch {
  /** Below `consumer/kcl`. */
  readonly file: string;
  /** Occurs exactly once in the file; a test says so, so that no bug is planted beside the code that it means. */
  readonly find: string;
  readonly replace: string;
}

/** A bug that is planted to test the simulator itself. */
export interface PlantedBug {
  readonly means: string;
  /** The invariant by whose name it must be caught. */
  readonly breaks: Invariant;
  readonly patches: readonly Patch[];
  /** What the runs are told, when the bug shows only under faults that seldom meet. @default everything from the seed */
  readonly run?: Omit<RunOptions, 'seed'>;
  /** The seed to try first. It was found by trying all from 1 on, of which none of these bugs took more than about a hundred. */
  readonly fromSeed: number;
}

export const plantedBugs = {
  'no-fencing-on-checkpoint': {
    means: 'a checkpoint is written whatever the counter, as in the clients whose zombies overwrite the new owner',
    breaks: 'fencing',
    fromSeed: 5,
    patches: [
      {
        file: 'in-memory/in-memory-lease-store.ts',
        find: 'if (row === undefined || !holds(row, conditionOf(seen, write))) {',
        replace: "if (row === undefined || (write.kind !== 'checkpoint' && !holds(row, conditionOf(seen, write)))) {",
      },
    ],
  },
  'fencing-token-given-twice': {
    means: 'a processor that failed and the one in its place have the same fencing token',
    breaks: 'fencing',
    fromSeed: 1,
    patches: [
      {
        file: 'decisions/fencing-token.ts',
        find: 'Math.max(counter * tokensPerCounter, (last ?? -1) + 1)',
        replace: 'Math.max(counter * tokensPerCounter, last ?? -1)',
      },
    ],
  },
  'counter-not-raised': {
    means: 'a checkpoint leaves the counter as it is',
    breaks: 'counter-rises',
    fromSeed: 2,
    patches: [
      {
        file: 'in-memory/in-memory-lease-store.ts',
        find: 'const after = changed(row, changeOf(seen, write));',
        replace:
          "const after = { ...changed(row, changeOf(seen, write)), ...(write.kind === 'checkpoint' && { leaseCounter: row['leaseCounter'] as never }) };",
      },
    ],
  },
  'child-started-early': {
    means: 'a child is read without waiting for its parents',
    breaks: 'parents-first',
    fromSeed: 13,
    patches: [
      {
        file: 'decisions/shard-graph.ts',
        find: 'return parent === undefined || hasEnded(parent);',
        replace: 'return parent === undefined || true;',
      },
    ],
  },
  'dead-reader-renews': {
    means: 'a reader that is stuck keeps its lease',
    breaks: 'expiry',
    fromSeed: 13,
    patches: [
      {
        file: 'runtime/processing/shard-consumer.ts',
        find: 'if (stalledMs >= settings.readerStallTimeMs &&',
        replace: 'if (stalledMs >= 1e9 * settings.readerStallTimeMs &&',
      },
    ],
  },
  'merge-child-created-twice': {
    means: "each parent of a merge creates the child's lease anew",
    breaks: 'counter-rises',
    fromSeed: 20,
    patches: [
      {
        file: 'in-memory/in-memory-lease-store.ts',
        find: 'if (this.rows.has(lease.leaseKey)) {',
        replace: 'if (this.rows.has(lease.leaseKey) && lease.parentShardIds.length < 2) {',
      },
    ],
  },
  'lost-reply-loses-lease': {
    means: 'a write without an answer counts as a lost lease',
    breaks: 'lost-reply',
    fromSeed: 3,
    patches: [
      {
        file: 'runtime/leasing/settled.ts',
        find: 'onNoAnswer(error);',
        replace: "onNoAnswer(error);\n    if (write.kind !== 'take') {\n      return 'lost';\n    }",
      },
    ],
  },
  'one-lost-reply-outlasts-lease': {
    means: 'a request that has no answer is waited for as long as a lease lives',
    breaks: 'lost-reply',
    fromSeed: 1,
    patches: [
      {
        file: 'options.ts',
        find: 'return failoverTimeMs / 5;',
        replace: 'return failoverTimeMs;',
      },
    ],
  },
  'checkpoint-before-acknowledgement': {
    means: 'a processor checkpoints what its sink has not acknowledged',
    breaks: 'checkpoint-forward',
    fromSeed: 2,
    patches: [
      {
        file: 'simulator/processors.ts',
        find: 'this.buffer.push(...records);',
        replace: 'this.buffer.push(...records);\n    await context.checkpointer.checkpoint(records.at(-1) as KinesisRecord);',
      },
    ],
  },
  'wall-clocks-compared': {
    means: 'leases are judged by the wall clock, which is set now and then',
    breaks: 'expiry',
    fromSeed: 104,
    patches: [
      {
        file: 'create-worker.ts',
        find: 'const clock = behaviour.clock ?? systemClock;',
        replace:
          'const real = behaviour.clock ?? systemClock;\n  const clock: Clock = { monotonicMs: () => real.wallMs(), wallMs: () => real.wallMs(), sleep: (ms, signal) => real.sleep(ms, signal) };',
      },
    ],
  },
  'unknown-attributes-dropped': {
    means: 'a write leaves only the attributes that the library knows',
    breaks: 'foreign-kept',
    fromSeed: 3,
    patches: [
      {
        file: 'in-memory/in-memory-lease-store.ts',
        find: 'const kept = Object.entries(row).filter(([name]) => !remove.includes(name));',
        replace:
          'const kept = Object.entries(row).filter(([name]) => !remove.includes(name) && /^(lease|checkpoint|owner|parent|child|starting|ending|throughput)/.test(name));',
      },
    ],
  },
  'expired-lease-works-on': {
    means: 'a worker that cannot renew goes on processing',
    breaks: 'expiry',
    fromSeed: 25,
    patches: [
      {
        file: 'runtime/leasing/owned-lease.ts',
        find: "this.lose('expired');",
        replace: "void 'expired';\n      return true;",
      },
    ],
  },
  'steals-that-thrash': {
    means: 'a worker steals from one that has as few leases',
    breaks: 'balance',
    fromSeed: 4,
    patches: [
      {
        file: 'decisions/lease-plan.ts',
        find: 'const difference = load - myLoad;',
        replace: 'const difference = load - myLoad + 3;',
      },
    ],
  },
  'hand-off-without-draining': {
    means: 'a lease that was asked for is released while a batch is in work',
    breaks: 'hand-off',
    fromSeed: 8,
    patches: [
      {
        file: 'runtime/worker.ts',
        find: "onRequested: () => consumer.drain('handed-over'),",
        replace: 'onRequested: () => void consumer.owned.release(),',
      },
    ],
  },
  'hand-off-forced-early': {
    means: 'a worker that has asked for a lease does not wait for its holder',
    breaks: 'hand-off',
    fromSeed: 5,
    patches: [
      {
        file: 'decisions/hand-off.ts',
        find: "return waitedMs >= limits.handOffTimeoutMs ? 'take-forced' : 'wait';",
        replace: "return waitedMs >= limits.handOffTimeoutMs / 100 ? 'take-forced' : 'wait';",
      },
    ],
  },
  'hand-off-never-forced': {
    means: 'a worker that has asked for a lease waits for ever',
    breaks: 'hand-off',
    run: { faults: ['processor-hang', 'scale-out', 'scale-in'], workers: 2, shards: 6 },
    fromSeed: 26,
    patches: [
      {
        file: 'decisions/hand-off.ts',
        find: "return waitedMs >= limits.handOffTimeoutMs ? 'take-forced' : 'wait';",
        replace: "return 'wait';",
      },
    ],
  },
  'shard-end-before-children': {
    means: 'a shard is ended before its children have leases',
    breaks: 'coverage',
    fromSeed: 11,
    patches: [
      {
        file: 'runtime/processing/processor-run.ts',
        find: 'const children = await retrying(() => recordChildren(',
        replace: 'await this.owned.checkpoint(SHARD_END);\n    const children = await retrying(() => recordChildren(',
      },
    ],
  },
  'clean-up-too-early': {
    means: "an ended shard's lease is deleted before its children have started",
    breaks: 'coverage',
    fromSeed: 20,
    patches: [
      {
        file: 'decisions/clean-up.ts',
        find: 'return child === undefined ? isGone(id) : !isStart(child.checkpoint);',
        replace: 'return child === undefined ? isGone(id) : true;',
      },
    ],
  },
  'user-records-left-out-silently': {
    means: 'user records that belong to another shard are left out without a word',
    breaks: 'aggregates',
    fromSeed: 42,
    patches: [
      {
        file: 'runtime/reading/user-records.ts',
        find: 'if (outOfRange.records > 0) {',
        replace: 'if (outOfRange.records < 0) {',
      },
    ],
  },
  'whole-aggregate-left-out': {
    means: 'one user record of another shard makes its whole aggregate be left out, as in AggregatorUtil',
    breaks: 'complete',
    fromSeed: 14,
    patches: [
      {
        file: 'runtime/reading/user-records.ts',
        find: 'outOfRange.add(record);',
        replace: 'outOfRange.add(record);\n          break;',
      },
    ],
  },
  'expiry-judged-too-soon': {
    means: 'a lease that has stood still for a quarter of the failover time is taken',
    breaks: 'expiry',
    fromSeed: 7,
    patches: [
      {
        file: 'decisions/lease-observation.ts',
        find: '>= failoverTimeMs ? seen.sinceMs : undefined',
        replace: '>= failoverTimeMs / 4 ? seen.sinceMs : undefined',
      },
    ],
  },
  'batch-read-ahead-lost': {
    means: 'a batch is passed over when the one before it was slow',
    breaks: 'complete',
    fromSeed: 4,
    patches: [
      {
        file: 'runtime/reading/polling-source.ts',
        find: "this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };",
        replace:
          "this.position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber };\n      if (batch.records.length === 7) {\n        return undefined;\n      }",
      },
    ],
  },
  'expired-iterator-reads-on-at-tip': {
    means: 'after an iterator has expired reading goes on at the latest record',
    breaks: 'complete',
    fromSeed: 30,
    patches: [
      {
        file: 'runtime/reading/polling-source.ts',
        find: "this.plan({ kind: 'expired' });",
        replace: "this.plan({ kind: 'expired' });\n        this.position = { type: 'LATEST' };",
      },
    ],
  },
  'watermark-without-margin': {
    means: 'a watermark is as high as the clocks of the stream would have it if they agreed',
    breaks: 'watermark',
    fromSeed: 1,
    patches: [
      {
        file: 'runtime/leasing/arrival-watermark.ts',
        find: 'this.track = trackTip(this.track, through, completeBeforeMs, this.marginMs);',
        replace: 'this.track = trackTip(this.track, through, completeBeforeMs, 0);',
      },
    ],
  },
  'watermark-of-what-is-given': {
    means: 'a watermark counts what a processor was given, whether it is checkpointed or not',
    breaks: 'watermark',
    fromSeed: 1,
    patches: [
      {
        file: 'decisions/watermark.ts',
        find: 'comparePositions(position, checkpoint) <= 0);',
        replace: 'comparePositions(position, checkpoint) < Infinity);',
      },
    ],
  },
  'watermark-of-the-read-ahead': {
    means: 'a read counts before its records were given',
    breaks: 'watermark',
    fromSeed: 3,
    patches: [
      {
        file: 'runtime/reading/tip-watch.ts',
        find: 'return completeBeforeMs;',
        replace: 'return completeBeforeMs ?? this.tipMs;',
      },
    ],
  },
  'watermark-of-part-of-an-aggregate': {
    means: 'a checkpoint inside an aggregate counts as if it were at its end',
    breaks: 'watermark',
    fromSeed: 17,
    patches: [
      {
        file: 'decisions/watermark.ts',
        find: 'comparePositions(position, checkpoint) <= 0);',
        replace: 'comparePositions({ ...position, subSequenceNumber: 0 }, checkpoint) <= 0);',
      },
    ],
  },
  'watermark-of-a-closed-shard': {
    means: 'the tip of a shard counts at once, though the shard may be closed and its children have records since long',
    breaks: 'watermark',
    fromSeed: 3,
    patches: [
      {
        file: 'runtime/reading/tip-watch.ts',
        find: 'return completeBeforeMs;',
        replace: 'return isOpen ? this.tipMs : completeBeforeMs;',
      },
      {
        file: 'runtime/processing/processor-run.ts',
        find: 'this.owned.watermark.tip(this.session.checkpointer.givenThrough, result.completeBeforeMs);',
        replace: '',
      },
      {
        file: 'runtime/processing/processor-run.ts',
        find: 'result.reservation?.release();',
        replace:
          'this.owned.watermark.tip(this.session.checkpointer.givenThrough, result.completeBeforeMs);\n        result.reservation?.release();',
      },
    ],
  },
  'watermark-of-the-new-owner-alone': {
    means: 'a worker that takes a lease forgets what it claimed',
    breaks: 'watermark',
    fromSeed: 5,
    patches: [
      {
        file: 'runtime/leasing/arrival-watermark.ts',
        find: 'this.track = startTrack(storedMs);',
        replace: 'this.track = startTrack(undefined);',
      },
      {
        file: 'decisions/lease.ts',
        find: 'arrivalWatermarkMs > (seen.arrivalWatermarkMs ?? -Infinity)',
        replace: 'arrivalWatermarkMs > -Infinity',
      },
    ],
  },
  'watermark-without-renewals': {
    means: 'a watermark goes with checkpoints alone, so that of an idle shard stands still',
    breaks: 'watermark',
    fromSeed: 2,
    patches: [
      {
        file: 'runtime/leasing/owned-lease.ts',
        find: "if (write.kind !== 'renew' && write.kind !== 'checkpoint') {",
        replace: "if (write.kind !== 'checkpoint') {",
      },
    ],
  },
} as const satisfies Readonly<Record<string, PlantedBug>>;

export type BugName = keyof typeof plantedBugs;
