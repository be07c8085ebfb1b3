import { trainingErrors } from '../../core/training-error';
import { TrainingError } from './training-error';

/** The variables of a function, by the keys under which `core/environment.ts` names them. */
export type Variables<Names extends Readonly<Record<string, string>>> = { readonly [Key in keyof Names]: string };

/**
 * Reads the variables that `names` lists.
 * @throws TrainingError naming every variable that is absent or empty
 */
export function readEnvironment<Names extends Readonly<Record<string, string>>>(
  names: Names,
  env: Readonly<Record<string, string | undefined>>,
): Variables<Names> {
  const absent = Object.values(names).filter((name) => (env[name] ?? '') === '');
  if (absent.length > 0) {
    throw invalid(`environment variable ${absent.join(', ')} is not set`);
  }
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, env[name]])) as Variables<Names>;
}

/** A whole number of at least `minimum`. */
export function wholeNumber(name: string, value: string, minimum = 0): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < minimum || value.trim() === '') {
    throw invalid(`environment variable ${name} is ${JSON.stringify(value)}: must be a whole number from ${minimum} on`);
  }
  return number;
}

/** A JSON object of texts. */
export function textsByName(name: string, value: string): Readonly<Record<string, string>> {
  const parsed = parse(name, value);
  if (typeof parsed !== 'object' || parsed === null || !Object.values(parsed).every((each) => typeof each === 'string')) {
    throw invalid(`environment variable ${name} must be a JSON object of texts`);
  }
  return parsed as Readonly<Record<string, string>>;
}

/** An S3 prefix that ends in a slash. */
export function folderPrefix(name: string, value: string): string {
  if (!value.endsWith('/') || value.startsWith('/')) {
    throw invalid(`environment variable ${name} is ${JSON.stringify(value)}: must end in a slash and not begin with one`);
  }
  return value;
}

function parse(name: string, value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `environment variable ${name} is not JSON`, { cause: error });
  }
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
