import type { Domain } from '../../core/domain';
import { trainingErrors } from '../../core/training-error';
import { isoWindow, windowName } from '../shared/iso-window';
import { uriOf, type Lake } from '../shared/lake';
import { TrainingError } from '../shared/training-error';
import { daysOf } from './days';
import type { PlanTrainingEvent } from './event';
import { inputsText, parseInputs, sha256, type InputsDocument } from './inputs-document';
import { checkPinned, listDays, pin, type Listing, type TablePlace } from './pin-inputs';

/** The objects that a closing is made from, pinned. */
export interface ClosingInputs {
  readonly document: InputsDocument;
  /** `s3://` URI of the document. */
  readonly uri: string;
  /** SHA-256 of the document, hexadecimal. */
  readonly hash: string;
}

export interface ClosingInputsProps {
  readonly lake: Lake;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly domain: Domain;
  /** For each table the S3 prefix of its files, ending in a slash. */
  readonly tablePrefixes: Readonly<Record<string, string>>;
  /** Ends in a slash. */
  readonly trainingSetPrefix: string;
}

/** The objects of one closing of a window, in a document that is written once. */
export class InputsOfClosing {
  private readonly key: string;

  constructor(
    private readonly props: ClosingInputsProps,
    private readonly event: PlanTrainingEvent,
  ) {
    this.key = `${props.trainingSetPrefix}windows/${windowName(event.window)}/inputs-${event.revision}.json`;
  }

  /** Where objects are looked for, for a person. */
  get places(): string {
    const places = Object.values(this.placesUntil(this.props.now()));
    return places
      .map(({ days, prefix }) => `under ${uriOf(this.props.lake, prefix)} from date=${days.from} to date=${days.to}`)
      .join(', ');
  }

  /** What was pinned before, by whichever run. */
  async known(): Promise<ClosingInputs | undefined> {
    const { lake } = this.props;
    const uri = uriOf(lake, this.key);
    const text = await lake.readText(this.key);
    return text === undefined ? undefined : { document: parseInputs(text, uri, this.closing), uri, hash: sha256(text) };
  }

  /**
   * Pins what is there now. When another run has done so in the meantime, what it has pinned holds.
   *
   * @returns undefined when there is no object
   * @throws TrainingError TrainingInputsChanged or TrainingInputUnreadable naming an object
   */
  async pin(): Promise<ClosingInputs | undefined> {
    const { domain, lake, now } = this.props;
    const pinnedAt = now();
    const listing = await this.list(pinnedAt);
    if (Object.values(listing).every((objects) => objects.length === 0)) {
      return undefined;
    }
    const text = inputsText({
      version: 1,
      domain: domain.name,
      ...this.closing,
      pinnedAt: new Date(pinnedAt).toISOString(),
      tables: await pin(lake, listing),
    });
    await lake.writeNew(this.key, text);
    return this.known();
  }

  /** Holds the lake to what was pinned. @throws TrainingError TrainingInputsChanged naming objects */
  async check({ document }: ClosingInputs): Promise<void> {
    checkPinned(this.props.lake, document, await this.list(Date.parse(document.pinnedAt)));
  }

  private async list(pinnedAt: number): Promise<Listing> {
    return listDays(this.props.lake, this.placesUntil(pinnedAt));
  }

  /** @throws TrainingError TrainingInputInvalid when a table has no prefix */
  private placesUntil(pinnedAt: number): Readonly<Record<string, TablePlace>> {
    const { domain, tablePrefixes } = this.props;
    const { lookBackDays = {} } = domain.trainingSet;
    const place = (table: string): TablePlace => ({
      prefix: prefixOf(tablePrefixes, table),
      days: daysOf({
        window: this.event.window,
        aheadMs: domain.clock.aheadMs,
        lookBackDays: lookBackDays[table] ?? 0,
        deliveredBefore: pinnedAt,
      }),
    });
    return Object.fromEntries(Object.keys(domain.tables).map((table) => [table, place(table)]));
  }

  private get closing(): Pick<InputsDocument, 'window' | 'cutoff' | 'revision'> {
    const { cutoff, revision, window } = this.event;
    return { window: isoWindow(window), cutoff: new Date(cutoff).toISOString(), revision };
  }
}

function prefixOf(prefixes: Readonly<Record<string, string>>, table: string): string {
  const prefix = Object.hasOwn(prefixes, table) ? prefixes[table] : undefined;
  if (prefix?.endsWith('/') !== true) {
    throw new TrainingError(trainingErrors.invalidInput, `table ${table} has no prefix that ends in a slash`);
  }
  return prefix;
}
