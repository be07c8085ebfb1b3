import { createHash } from 'node:crypto';
import { trainingErrors } from '../../core/training-error';
import { canonicalJson } from '../shared/canonical-json';
import type { IsoWindow } from '../shared/iso-window';
import { TrainingError } from '../shared/training-error';

/** An object that rows may come from, as it was when it was pinned. */
export interface PinnedObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly etag: string;
  /** @default - not known: an ORC file */
  readonly rows?: number;
}

/** The objects of the lake that a closing is made from: written once, and never changed. */
export interface InputsDocument {
  readonly version: 1;
  readonly domain: string;
  readonly window: IsoWindow;
  /** ISO 8601, UTC. */
  readonly cutoff: string;
  readonly revision: number;
  /** When the lake was listed, ISO 8601, UTC: every row that arrived before the cutoff was there. */
  readonly pinnedAt: string;
  /** By table, in the order of their keys. Also objects of which no row is in: which rows are, the statement says. */
  readonly tables: Readonly<Record<string, readonly PinnedObject[]>>;
}

/** The document as text, canonical JSON. */
export function inputsText(document: InputsDocument): string {
  return canonicalJson({
    ...document,
    window: { ...document.window },
    tables: Object.fromEntries(
      Object.entries(document.tables).map(([table, objects]) => [table, objects.map((object) => ({ ...object }))]),
    ),
  });
}

/** SHA-256 of a text, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Reads a document.
 * @param uri where it lies, for the message
 * @throws TrainingError TrainingInputInvalid when it is none, or of another window
 */
export function parseInputs(
  text: string,
  uri: string,
  expected: Pick<InputsDocument, 'window' | 'cutoff' | 'revision'>,
): InputsDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} is not JSON`, { cause: error });
  }
  if (!isInputsDocument(document)) {
    throw new TrainingError(trainingErrors.invalidInput, `${uri} is no list of pinned objects of version 1`);
  }
  const { cutoff, revision, window } = document;
  const isExpected =
    cutoff === expected.cutoff &&
    revision === expected.revision &&
    window.start === expected.window.start &&
    window.end === expected.window.end;
  if (!isExpected) {
    throw new TrainingError(
      trainingErrors.invalidInput,
      `${uri} is of another closing: of ${window.start} to ${window.end} before ${cutoff}`,
    );
  }
  return document;
}

/** Only this function writes them, and a version keeps its shape: what tells them from anything else is enough. */
function isInputsDocument(value: unknown): value is InputsDocument {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'window' in value &&
    typeof value.window === 'object' &&
    value.window !== null &&
    'pinnedAt' in value &&
    typeof value.pinnedAt === 'string' &&
    'tables' in value &&
    typeof value.tables === 'object' &&
    value.tables !== null &&
    Object.values(value.tables).every(Array.isArray)
  );
}
