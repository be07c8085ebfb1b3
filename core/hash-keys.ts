/** A span of the hash keys by which a stream's records are spread over its shards; both ends inclusive. */
export interface HashKeySpan {
  readonly start: bigint;
  readonly end: bigint;
}

/** All hash keys. @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_HashKeyRange.html */
export const allHashKeys: HashKeySpan = { start: 0n, end: (1n << 128n) - 1n };

/** The span between two decimal texts; undefined when it is none. */
export function hashKeySpan(start: string | undefined, end: string | undefined): HashKeySpan | undefined {
  if (start === undefined || end === undefined || !/^\d+$/.test(start) || !/^\d+$/.test(end)) {
    return undefined;
  }
  const span = { start: BigInt(start), end: BigInt(end) };
  return span.start <= span.end && span.end <= allHashKeys.end ? span : undefined;
}

/** The first hash keys that none of the spans has; undefined when they have them all. They may overlap. */
export function uncovered(spans: readonly HashKeySpan[]): HashKeySpan | undefined {
  const sorted = [...spans].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  let next = allHashKeys.start;
  for (const { end, start } of sorted) {
    if (start > next) {
      return { start: next, end: start - 1n };
    }
    next = end >= next ? end + 1n : next;
  }
  return next > allHashKeys.end ? undefined : { start: next, end: allHashKeys.end };
}
