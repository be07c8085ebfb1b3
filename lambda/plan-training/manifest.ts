import type { Domain } from '../../core/domain';
import type { ExampleScope, Tuning } from '../../core/training-set';
import { canonicalJson } from '../shared/canonical-json';
import { isoWindow } from '../shared/iso-window';
import type { ClosingInputs } from './closing-inputs';
import { sha256 } from './inputs-document';

/** Everything that a model is made from: the same manifest, the same model. */
export interface Manifest {
  /** The document, canonical JSON. */
  readonly text: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
}

export interface ManifestInput {
  readonly domain: Domain;
  readonly scope: ExampleScope;
  readonly inputs: ClosingInputs;
  /** The SELECT that gives the examples. */
  readonly examples: string;
  /** What tells this version of the code from any other. */
  readonly codeVersion: string;
  /** URI of the image that trains. */
  readonly trainingImage: string;
  /** Training jobs by which hyperparameters are searched for. @default - none are */
  readonly tuningJobs?: number;
}

/**
 * The manifest of a training run. What a run may be told without making another model is not in it: gates, budgets, the instance that
 * trains.
 */
export function manifestOf(input: ManifestInput): Manifest {
  const { codeVersion, domain, examples, inputs, scope, trainingImage, tuningJobs } = input;
  const { trainingSet } = domain;
  const { classBalance = 'as-is', features, holdOut, hyperparameters, label, tuning } = trainingSet;
  const objects = Object.values(inputs.document.tables).flat();
  const text = canonicalJson({
    version: 1,
    domain: domain.name,
    window: { ...isoWindow(scope.window) },
    cutoff: inputs.document.cutoff,
    revision: inputs.document.revision,
    inputs: {
      uri: inputs.uri,
      sha256: inputs.hash,
      objects: objects.length,
      bytes: objects.reduce((sum, { size }) => sum + size, 0),
      rows: objects.reduce((sum, { rows = 0 }) => sum + rows, 0),
    },
    sql: examples,
    label,
    features,
    hyperparameters,
    holdOut: { ...holdOut, ...(holdOut.time !== undefined && { time: { ...holdOut.time } }) },
    classBalance,
    ...(tuningJobs !== undefined && tuning !== undefined && { tuning: searchOf(tuning, tuningJobs) }),
    trainingImage,
    codeVersion,
  });
  return { text, hash: sha256(text) };
}

/** What a tuning job finds depends on. How many of its jobs run at a time changes nothing of a search at random. */
function searchOf({ direction, metric, ranges }: Tuning, jobs: number) {
  const copied = Object.entries(ranges).map(([name, range]) => [name, { ...range }] as const);
  return { strategy: 'Random', jobs, metric, direction, ranges: Object.fromEntries(copied) };
}
