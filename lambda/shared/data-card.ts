import { trainingErrors } from '../../core/training-error';
import { TrainingError } from './training-error';

/** Values of a column that are there and usable; all of them finite. */
export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Standard deviation, of the rows themselves (divided by their number). */
  readonly deviation: number;
}

/** Bars of one width, over the values of a column. */
export interface Picture {
  readonly from: number;
  readonly to: number;
  /** Rows per bar; the outermost hold what lies beyond as well. */
  readonly counts: readonly number[];
}

/** A column of the rows that are trained on. */
export interface ColumnCard {
  readonly name: string;
  /** Rows without a value: null or NaN. */
  readonly missing: number;
  /** Rows with a value that a 32-bit float cannot hold, such as an infinity: XGBoost refuses them. */
  readonly unusable: number;
  /** @default - no row has a usable value */
  readonly range?: ValueRange;
  /** Edges between bins of about equal numbers of rows, ascending: fewer, down to none, where values repeat. */
  readonly edges: readonly number[];
  /** Rows per bin, one more than there are edges: each begins with its lower edge, the outermost are open. */
  readonly counts: readonly number[];
  /** @default - no row has a usable value */
  readonly picture?: Picture;
}

/** A feature. */
export interface FeatureCard extends ColumnCard {
  /** Whether it grows with time by nature, so that its drift holds nothing back. */
  readonly isAge: boolean;
  /** Population stability index against the reference, by the reference's bins. @default - the reference has no such feature, or there is none */
  readonly drift?: number;
}

/** What the model learns to predict. */
export interface LabelCard extends ColumnCard {
  /** 'binary': 0 or 1. */
  readonly kind: 'binary' | 'number';
  /** By split. */
  readonly splits: Readonly<Record<string, { readonly missing: number; readonly unusable: number; readonly range?: ValueRange }>>;
}

/** Rows of a split. */
export interface SplitCard {
  readonly rows: number;
  readonly devices: number;
  /** Rows whose label is above 0. @default - the label is a number */
  readonly positives?: number;
}

/** Rows of a table that lie in the window and arrived before the cutoff. */
export interface TableCard {
  readonly rows: number;
  /** Without rows that are there more than once, by device and sequence. */
  readonly distinct: number;
  /** Those that arrived later after their event time than is allowed for: they are trained on if they arrived before the cutoff. */
  readonly late: number;
}

/** A condition that has to be met before anybody pays for a training job. */
export interface Gate {
  /** That of the configuration, `minimumRows`; or `bothClasses`, `usableNumbers`, which have none. */
  readonly name: string;
  readonly limit: number;
  readonly value: number;
  readonly passed: boolean;
  /** What was found, in a sentence with its numbers. */
  readonly detail: string;
}

/** The training set that this one is compared with: that of the model in use. */
export interface Reference {
  readonly jobName: string;
  /** The model's version in its model package group. */
  readonly modelVersion: number;
  /** Features of either that the other lacks: nothing is told of their drift. */
  readonly notCompared: readonly string[];
}

/**
 * What a training set is: how much, of what, since when, compared with what the model in use was trained on. Its presence says that the
 * training set is complete.
 */
export interface DataCard {
  readonly version: 1;
  readonly jobName: string;
  readonly domain: string;
  /** What a row is, and what the model predicts. */
  readonly doc: string;
  /** Event time, ISO 8601, UTC: start inclusive, end exclusive. */
  readonly window: { readonly start: string; readonly end: string };
  /** Rows that arrived before it are in. ISO 8601, UTC. */
  readonly cutoff: string;
  /** How often the window has been closed. */
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  /** `s3://` prefix of the training set, a folder for each split. */
  readonly examplesPrefix: string;
  /** Its files. */
  readonly files: { readonly count: number; readonly bytes: number };
  /** A hash of the rows, whatever their order and their files. */
  readonly contentHash: string;
  readonly label: LabelCard;
  readonly splits: Readonly<Record<string, SplitCard>>;
  readonly inputs: {
    readonly tables: Readonly<Record<string, TableCard>>;
    /** Records that arrived from the window's start to the cutoff and could not be used, by reason code. */
    readonly quarantined: Readonly<Record<string, number>>;
    /** Of all that could have become rows: quarantined / (quarantined + distinct). */
    readonly quarantinedShare: number;
  };
  /** Of the rows that are trained on. */
  readonly features: readonly FeatureCard[];
  readonly reference: Reference | null;
  /** Why there is no reference, for a person. @default - there is one */
  readonly noReference?: string;
  readonly gates: readonly Gate[];
}

/**
 * Reads a data card.
 * @param uri where it lies, for the message
 * @throws TrainingError TrainingInputInvalid when it is none, or one of another version
 */
export function parseDataCard(text: string, uri: string): DataCard {
  try {
    const card: unknown = JSON.parse(text);
    if (isDataCard(card)) {
      return card;
    }
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} is not JSON`, { cause: error });
  }
  throw new TrainingError(trainingErrors.invalidInput, `${uri} is no data card of version 1`);
}

/** Only this project writes cards, and a version keeps its shape: what tells them from anything else is enough. */
function isDataCard(value: unknown): value is DataCard {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'jobName' in value &&
    typeof value.jobName === 'string' &&
    'examplesPrefix' in value &&
    typeof value.examplesPrefix === 'string' &&
    'features' in value &&
    Array.isArray(value.features)
  );
}
