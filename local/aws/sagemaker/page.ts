import { invalid, type Members } from './shapes';

/** Entries of a page that asks for no number. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
const defaultPageSize = 10;

/** How a list is ordered and cut. */
export interface Paging<Entry> {
  /** What names an entry for good, and is the order of entries that are alike. */
  readonly key: (entry: Entry) => string;
  /** Below zero when the first comes first in ascending order. */
  readonly compare: (one: Entry, other: Entry) => number;
  /** When the request does not say. */
  readonly defaultOrder: 'Ascending' | 'Descending';
}

/** A page of a list. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** @default - the list ends with this page */
  readonly nextToken?: string;
}

/**
 * Cuts a page out of a list by SortOrder, MaxResults and NextToken; the token names the last entry of the page before.
 * @throws AwsError ValidationException for a token that no page had
 */
export function pageOf<Entry>(
  entries: readonly Entry[],
  input: Members,
  { key, compare, defaultOrder }: Paging<Entry>,
): Page<Entry> {
  const ascending = [...entries].sort((one, other) => compare(one, other));
  const ordered = (input.SortOrder ?? defaultOrder) === 'Descending' ? ascending.reverse() : ascending;
  const { NextToken: token } = input;
  const before = token === undefined ? -1 : ordered.findIndex((entry) => key(entry) === token);
  if (token !== undefined && before === -1) {
    throw invalid('NextToken is not valid');
  }
  const size = typeof input.MaxResults === 'number' ? input.MaxResults : defaultPageSize;
  const page = ordered.slice(before + 1, before + 1 + size);
  const last = page.at(-1);
  return { entries: page, ...(last !== undefined && last !== ordered.at(-1) && { nextToken: key(last) }) };
}

/** Whether a time lies behind `<member>After` and before `<member>Before` of a request, where these are given. */
export function isBetween(epochMs: number, input: Members, member: 'CreationTime' | 'LastModifiedTime'): boolean {
  const { [`${member}After`]: after, [`${member}Before`]: before } = input;
  return (typeof after !== 'number' || epochMs > after * 1000) && (typeof before !== 'number' || epochMs < before * 1000);
}

/** The order of texts by their code units, whatever the language of the machine. */
export function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
