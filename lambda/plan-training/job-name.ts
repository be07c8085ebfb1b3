import type { TimeWindow } from '../../core/training-set';

/** SageMaker's limit for the name of a training job. */
const maxJobNameLength = 63;
/** Attempts to train on the same data have a number after the name: `-2` to `-9`. */
const attemptLength = 2;
const hashLength = 12;

/**
 * `<prefix>-<yyyymmdd>-<hh>-<hash>`: the window's end for people, the manifest's hash for identity.
 * @throws RangeError when the prefix does not leave a valid name
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export function jobNameOf(prefix: string, window: TimeWindow, hash: string): string {
  const iso = new Date(window.end).toISOString();
  const name = `${prefix}-${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 13)}-${hash.slice(0, hashLength)}`;
  const longest = maxJobNameLength - attemptLength;
  if (name.length > longest || !/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/.test(name)) {
    throw new RangeError(
      `job name prefix ${JSON.stringify(prefix)}: letters, digits and hyphens, at most ${longest - (name.length - prefix.length)}`,
    );
  }
  return name;
}
