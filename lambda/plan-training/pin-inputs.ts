import { trainingErrors } from '../../core/training-error';
import { inParallel } from '../shared/in-parallel';
import { isDataObject, uriOf, type Lake, type LakeObject } from '../shared/lake';
import { TrainingError } from '../shared/training-error';
import { isInDays, type Days } from './days';
import type { InputsDocument, PinnedObject } from './inputs-document';
import { rowCount } from './row-count';

/** Folders listed at a time. */
const parallelLists = 8;

/** Footers read at a time: each waits some tens of milliseconds for S3, and takes one to read. */
const parallelFooters = 32;

/** The data objects of each table that lie in some days, by key. */
export type Listing = Readonly<Record<string, readonly LakeObject[]>>;

/** Where the rows of a table can lie. */
export interface TablePlace {
  /** Ends in a slash. */
  readonly prefix: string;
  readonly days: Days;
}

/** Lists the tables, a folder per day, and no other days. */
export async function listDays(lake: Lake, places: Readonly<Record<string, TablePlace>>): Promise<Listing> {
  const tables = await inParallel(Object.entries(places), parallelLists, async ([table, { days, prefix }]) => {
    const folders = (await lake.folders(prefix)).filter((folder) => isInDays(folder, days));
    const objects = await inParallel(folders, parallelLists, (folder) => lake.list(folder));
    return [table, objects.flat().filter(isDataObject)] as const;
  });
  return Object.fromEntries(tables);
}

/**
 * Pins objects: with the rows that each holds, read from its footer.
 * @throws TrainingError TrainingInputsChanged for one that has gone in the meantime, TrainingInputUnreadable for one that is no Parquet
 */
export async function pin(lake: Lake, listing: Listing): Promise<InputsDocument['tables']> {
  const tables = Object.entries(listing);
  const pinned: [string, readonly PinnedObject[]][] = [];
  for (const [table, objects] of tables) {
    pinned.push([table, await inParallel(objects, parallelFooters, (object) => pinObject(lake, object))]);
  }
  return Object.fromEntries(pinned);
}

async function pinObject(lake: Lake, { etag, key, size }: LakeObject): Promise<PinnedObject> {
  try {
    const rows = await rowCount(lake, { etag, key, size });
    return { key, size, etag, ...(rows !== undefined && { rows }) };
  } catch (error: unknown) {
    const uri = uriOf(lake, key);
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw error instanceof Error && error.name === 'NoSuchKey'
      ? new TrainingError(trainingErrors.inputsChanged, `${uri} was deleted while the inputs were pinned`, { cause: error })
      : new TrainingError(trainingErrors.inputUnreadable, `${uri} cannot be read: ${message}`, { cause: error });
  }
}

/** Most objects that a message names. */
const mostNamed = 5;

/**
 * Holds the lake to what was pinned: a training set that is built again must be built from the same objects. Others may have come since;
 * none of their rows arrived before the cutoff.
 *
 * @throws TrainingError TrainingInputsChanged naming objects that have gone or are others
 */
export function checkPinned(lake: Lake, { revision, tables }: InputsDocument, listing: Listing): void {
  const found = new Map(Object.values(listing).flatMap((objects) => objects.map(({ etag, key }) => [key, etag])));
  const changed = Object.values(tables)
    .flat()
    .filter(({ etag, key }) => found.get(key) !== etag)
    .map(({ key }) => `${uriOf(lake, key)} ${found.has(key) ? 'is another object' : 'is gone'}`);
  if (changed.length > 0) {
    const more = changed.length - mostNamed;
    throw new TrainingError(
      trainingErrors.inputsChanged,
      `objects that closing ${revision} of the window is made from are not as they were: ${changed.slice(0, mostNamed).join(', ')}` +
        `${more > 0 ? ` and ${more} more` : ''}; a revision closes the window on what is there now`,
    );
  }
}
