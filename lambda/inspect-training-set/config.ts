import { trainingErrors } from '../../core/training-error';
import { TrainingError } from '../shared/training-error';
import type { GateLimits } from './gates';

/** Which values a limit may have. */
const bounds: Readonly<Record<keyof GateLimits, { readonly most: number; readonly isWhole: boolean }>> = {
  minimumRows: { most: Number.MAX_SAFE_INTEGER, isWhole: true },
  minimumDevices: { most: Number.MAX_SAFE_INTEGER, isWhole: true },
  minimumPositives: { most: Number.MAX_SAFE_INTEGER, isWhole: true },
  maximumMissingShare: { most: 1, isWhole: false },
  maximumQuarantineShare: { most: 1, isWhole: false },
  maximumDrift: { most: Number.MAX_VALUE, isWhole: false },
};

/**
 * The limits of the gates, all of them, from a JSON object.
 * @param name of the environment variable that holds it, for messages
 * @throws TrainingError naming the limit that is missing, out of bounds or unknown
 */
export function parseGateLimits(name: string, text: string): GateLimits {
  const given = objectIn(name, text);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(bounds, key));
  if (unknown !== undefined) {
    throw invalid(`environment variable ${name}: ${unknown} is no gate`);
  }
  const limit = (key: keyof GateLimits): number => {
    const value = given[key];
    const { isWhole, most } = bounds[key];
    if (typeof value !== 'number' || !(value >= 0 && value <= most) || (isWhole && !Number.isInteger(value))) {
      throw invalid(
        `environment variable ${name}: ${key} is ${value === undefined ? 'missing' : JSON.stringify(value)}: must be a ${isWhole ? 'whole number' : 'number'} from 0 on${most === 1 ? ' to 1' : ''}`,
      );
    }
    return value;
  };
  return {
    minimumRows: limit('minimumRows'),
    minimumDevices: limit('minimumDevices'),
    minimumPositives: limit('minimumPositives'),
    maximumMissingShare: limit('maximumMissingShare'),
    maximumQuarantineShare: limit('maximumQuarantineShare'),
    maximumDrift: limit('maximumDrift'),
  };
}

function objectIn(name: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error: unknown) {
    throw new TrainingError(trainingErrors.invalidInput, `environment variable ${name} is not JSON`, { cause: error });
  }
  if (typeof value !== 'object' || value === null) {
    throw invalid(`environment variable ${name} must be a JSON object of limits`);
  }
  return { ...value };
}

function invalid(message: string): TrainingError {
  return new TrainingError(trainingErrors.invalidInput, message);
}
