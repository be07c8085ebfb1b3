/** One of the runs that are held against each other: what differs must not be seen in what comes of it. */
export interface Variant {
  readonly name: string;
  /** What `npm start` is told beside seed, records and end time, which are the same for all. */
  readonly args: readonly string[];
}

/** The first is what the others are held against. */
export const variants: readonly Variant[] = [
  { name: 'one worker, fan-out', args: ['--workers', '1', '--reading', 'fan-out'] },
  { name: 'three workers, one killed', args: ['--workers', '3', '--kill-worker'] },
];
