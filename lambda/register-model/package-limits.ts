import { trainingErrors } from '../../core/training-error';
import { TrainingError } from '../shared/training-error';

/** Most characters of a description of a model package or of its approval. */
export const maxDescription = 1024;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html (CustomerMetadataProperties) */
const maxEntries = 50;
const maxKey = 128;
const maxValue = 256;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;

/**
 * Holds metadata to what SageMaker takes, which tells of a violation by a pattern alone.
 * @throws TrainingError RegistrationInvalid naming the entry
 */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const entries = Object.entries(metadata);
  if (entries.length > maxEntries) {
    throw invalid(`a model package has ${entries.length} entries of metadata: at most ${maxEntries} are allowed`);
  }
  for (const [key, value] of entries) {
    for (const [text, max] of [
      [key, maxKey],
      [value, maxValue],
    ] as const) {
      if (text.length > max || !allowed.test(text)) {
        throw invalid(
          `metadata ${key}: ${JSON.stringify(text)} must have from 1 to ${max} characters: letters, digits, spaces and _.:/=+-@`,
        );
      }
    }
  }
}

/** A text of at most so many characters: a longer one ends in `…`. */
export function clipped(text: string, max = maxDescription): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.registrationInvalid, message);
}
