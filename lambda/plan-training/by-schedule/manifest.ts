import { createHash } from 'node:crypto';
import type { Domain } from '../../../core/domain';
import { examplesSelect, type ExampleScope, type TimeWindow } from '../../../core/training-set';
import { canonicalJson, type Json } from '../../shared/canonical-json';
import type { LakeObject } from '../../shared/lake';

/** Everything that a model is made from: the same manifest, the same model. */
export interface Manifest {
  /** The document, canonical JSON. */
  readonly text: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
}

/** The manifest of a training run; the order of `objects` does not matter. */
export function manifestOf(domain: Domain, scope: ExampleScope, objects: readonly LakeObject[]): Manifest {
  const { label, features, hyperparameters } = domain.trainingSet;
  const document: Json = {
    domain: domain.name,
    window: isoWindow(scope.window),
    objects: objects
      .map(({ key, size, etag }) => ({ key, size, etag }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
    sql: examplesSelect(domain.trainingSet, scope),
    label,
    features,
    hyperparameters,
  };
  const text = canonicalJson(document);
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

/** A window as people and the state machine read it: ISO 8601, UTC. */
export function isoWindow({ start, end }: TimeWindow): { readonly start: string; readonly end: string } {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** SageMaker's limit for the name of a training job. */
const maxJobNameLength = 63;
const hashLength = 12;

/**
 * `<prefix>-<yyyymmdd>-<hh>-<hash>`: the window's end for people, the manifest's hash for identity.
 * @throws RangeError when the prefix does not leave a valid name
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export function jobNameOf(prefix: string, window: TimeWindow, hash: string): string {
  const iso = new Date(window.end).toISOString();
  const name = `${prefix}-${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 13)}-${hash.slice(0, hashLength)}`;
  if (name.length > maxJobNameLength || !/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/.test(name)) {
    throw new RangeError(
      `job name prefix ${JSON.stringify(prefix)}: letters, digits and hyphens, at most ${maxJobNameLength - (name.length - prefix.length)}`,
    );
  }
  return name;
}
