/** What can befall a fleet, and what each means. `--faults` names them; a run's report counts them. */
export const faultKinds = {
  crash: 'a worker is gone without a word; another starts later, under a new name',
  restart: 'a worker is gone without a word and comes back at once under its old name',
  pause: 'a worker stands still while its clock and the world go on',
  suspend: 'a worker and its monotonic clock stand still while the world goes on',
  'clock-step': "a worker's wall clock is set",
  'lost-reply': 'the service did what it was asked, and the caller never hears of it',
  'lost-request': 'the service was never asked, and the caller gets an error',
  'slow-reply': 'an answer takes seconds',
  'late-request': 'a request reaches the service long after its caller has given it up',
  throttled: 'the service answers that it is asked too often',
  'torn-scan': 'the pages of a scan of the table are read at different times',
  'stale-listing': 'the list of shards is some seconds old',
  partition: 'one worker reaches the table, or the stream, no more',
  'stuck-read': 'reads of one shard by one worker never come back',
  'iterators-expired': 'every iterator handed out so far is no longer valid',
  split: 'a shard is split in two',
  merge: 'two neighbouring shards are merged',
  storm: 'splits and merges on top of each other',
  trim: 'a closed shard that was read to its end is no longer listed',
  'scale-out': 'a worker joins',
  'scale-in': 'a worker is told to stop',
  deploy: 'every worker is told to stop and is replaced, one after the other',
  'sink-full': 'the sink takes nothing for some time',
  'processor-failure': 'a call to a processor throws',
  'processor-hang': 'a call to a processor does not come back for a long time',
} as const;

export type FaultKind = keyof typeof faultKinds;

export const allFaults = Object.keys(faultKinds) as readonly FaultKind[];

/** How many faults of each kind were injected. */
export class FaultTally {
  readonly counts = new Map<FaultKind, number>();

  add(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
