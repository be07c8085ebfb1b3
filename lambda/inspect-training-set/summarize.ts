import type { Split, TrainingSet } from '../../core/training-set';
import type { ColumnCard } from '../shared/data-card';
import { readColumn, rowGroupsOf, type ParquetFile } from '../shared/parquet-file';
import { barEdges, binsOf, type Bins } from './bins';
import { ColumnScan, type ColumnFacts } from './column-scan';
import { ContentHash, RowHashes } from './content-hash';
import { BinCounter } from './bin-counter';
import { readAhead } from './read-ahead';
import { sampleColumns } from './sample';
import type { TrainingSetFiles } from './training-set-files';

/** What the rows of a training set say. */
export interface TrainingSetSummary {
  readonly contentHash: string;
  /** The label, in the rows that are trained on. */
  readonly label: ColumnCard;
  /** Each feature in those rows, in their order. */
  readonly features: readonly ColumnCard[];
  /** Rows that are trained on by the bins of the reference, for features that it has. */
  readonly byReference: ReadonlyMap<string, readonly number[]>;
  /** The label by split. */
  readonly labels: ReadonlyMap<Split, LabelFacts>;
}

/** What is known of the label in a split. */
export interface LabelFacts extends ColumnFacts {
  /** Rows whose label is above 0. */
  readonly positives: number;
}

/**
 * Reads a training set once, and an eighth of a long one twice: a column of a row group at a time, so that memory does not grow with
 * the rows.
 *
 * @param referenceEdges by feature, the edges of the bins that drift is told by
 * @throws TrainingError TrainingSetMismatch when a file cannot be read
 */
export async function summarize(
  { splits }: TrainingSetFiles,
  { features, label }: Pick<TrainingSet, 'label' | 'features'>,
  referenceEdges: ReadonlyMap<string, readonly number[]>,
): Promise<TrainingSetSummary> {
  const trained = splits.find(({ split }) => split === 'train')?.files ?? [];
  const samples = await sampleColumns(trained, features.length + 1);
  const columns = [label, ...features].map((name, index) => {
    const edges = index === 0 ? undefined : referenceEdges.get(name);
    return new TrainedColumn(name, binsOf(samples[index] ?? new Float64Array()), edges);
  });
  const hash = new ContentHash();
  const labels = new Map<Split, LabelFacts>();
  for (const { split, files } of splits) {
    const positives = new BinCounter([Number.MIN_VALUE]);
    const scan = new ColumnScan([positives]);
    for (const file of files) {
      await readFile(file, split, hash, (values, index) => {
        if (index === 0) {
          scan.add(values);
        }
        if (split === 'train') {
          columns[index]?.add(values);
        }
      });
    }
    labels.set(split, { ...scan.facts, positives: positives.counts[1] ?? 0 });
  }
  const [labelCard, ...featureCards] = columns.map((column) => column.card);
  return {
    contentHash: hash.text,
    label: labelCard ?? new TrainedColumn(label, undefined, undefined).card,
    features: featureCards,
    byReference: new Map(
      columns.flatMap(({ name, byReference }) => (byReference === undefined ? [] : [[name, byReference] as const])),
    ),
    labels,
  };
}

async function readFile(
  file: ParquetFile,
  split: Split,
  hash: ContentHash,
  take: (values: Float64Array, column: number) => void,
): Promise<void> {
  for (const group of rowGroupsOf(file)) {
    const reader = readAhead(file, group);
    const hashes = new RowHashes(split, group.rows);
    const values = new Float64Array(group.rows);
    for (const [index, name] of file.columns.entries()) {
      await readColumn(reader, group, name, values);
      hashes.add(values);
      take(values, index);
    }
    hash.add(hashes);
  }
}

/** A column of the rows that are trained on, as it is read. */
class TrainedColumn {
  private readonly scan: ColumnScan;
  private readonly bins: BinCounter;
  private readonly bars: BinCounter;
  private readonly reference: BinCounter | undefined;
  private readonly picture: Bins['picture'] | undefined;

  constructor(
    readonly name: string,
    bins: Bins | undefined,
    referenceEdges: readonly number[] | undefined,
  ) {
    this.picture = bins?.picture;
    this.bins = new BinCounter(bins?.edges ?? []);
    this.bars = new BinCounter(bins === undefined ? [] : barEdges(bins.picture));
    this.reference = referenceEdges && new BinCounter(referenceEdges);
    this.scan = new ColumnScan([this.bins, this.bars, ...(this.reference === undefined ? [] : [this.reference])]);
  }

  add(values: Float64Array): void {
    this.scan.add(values);
  }

  get byReference(): readonly number[] | undefined {
    return this.reference?.counts;
  }

  get card(): ColumnCard {
    const { missing, unusable, values } = this.scan.facts;
    const { picture } = this;
    return {
      name: this.name,
      missing,
      unusable,
      ...(values !== undefined && { range: values }),
      edges: this.bins.edges,
      counts: this.bins.counts,
      ...(picture !== undefined && { picture: { from: picture.from, to: picture.to, counts: this.bars.counts } }),
    };
  }
}
