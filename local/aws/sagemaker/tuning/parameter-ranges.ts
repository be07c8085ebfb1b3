import { SeededRandom } from '../../../../core/random';
import { invalid, list, oneOf, structure, type Members, type Shape } from '../shapes';

/** A hyperparameter whose value is searched for. */
export type ParameterRange =
  | {
      readonly kind: 'integer' | 'continuous';
      readonly name: string;
      readonly min: number;
      readonly max: number;
      readonly scale: Scale;
    }
  | { readonly kind: 'categorical'; readonly name: string; readonly values: readonly string[] };

/** How values are spread over a range: as they are, by their logarithm, or by the logarithm of what is left to 1. */
type Scale = 'linear' | 'logarithmic' | 'reverse-logarithmic';

const key: Shape = { kind: 'text', max: 256 };
const scaling = oneOf('Auto', 'Linear', 'Logarithmic', 'ReverseLogarithmic');
const numeric = list(
  structure({ Name: key, MinValue: key, MaxValue: key, ScalingType: scaling }, 'Name', 'MinValue', 'MaxValue'),
  0,
  30,
);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ParameterRanges.html */
export const parameterRanges = structure({
  IntegerParameterRanges: numeric,
  ContinuousParameterRanges: numeric,
  CategoricalParameterRanges: list(structure({ Name: key, Values: list(key, 1, 30) }, 'Name', 'Values'), 0, 30),
});

/**
 * The ranges of a request that `parameterRanges` has nothing against.
 * @throws AwsError ValidationException for bounds or a scale that cannot be
 */
export function readRanges(ranges: Members): readonly ParameterRange[] {
  const entries = (member: string): readonly Members[] => (ranges[member] ?? []) as readonly Members[];
  const read = [
    ...entries('IntegerParameterRanges').map((range) => numericRange('integer', range)),
    ...entries('ContinuousParameterRanges').map((range) => numericRange('continuous', range)),
    ...entries('CategoricalParameterRanges').map(({ Name, Values }): ParameterRange => ({
      kind: 'categorical',
      name: String(Name),
      values: Values as readonly string[],
    })),
  ];
  if (read.length === 0) {
    throw invalid('ParameterRanges: at least one hyperparameter to search for');
  }
  if (new Set(read.map(({ name }) => name)).size < read.length) {
    throw invalid('ParameterRanges: a hyperparameter has two ranges');
  }
  return read;
}

const scales: Readonly<Record<string, Scale>> = {
  Auto: 'linear',
  Linear: 'linear',
  Logarithmic: 'logarithmic',
  ReverseLogarithmic: 'reverse-logarithmic',
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html (scaling) */
function numericRange(kind: 'integer' | 'continuous', { Name, MinValue, MaxValue, ScalingType }: Members): ParameterRange {
  const name = String(Name);
  const bound = (value: unknown): number => {
    const number = String(value).trim() === '' ? NaN : Number(value);
    if (!(kind === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number))) {
      throw invalid(`the range of ${name}: '${String(value)}' is no ${kind === 'integer' ? 'integer' : 'number'}`);
    }
    return number;
  };
  const [min, max] = [bound(MinValue), bound(MaxValue)];
  const scale = scales[typeof ScalingType === 'string' ? ScalingType : 'Auto'] ?? 'linear';
  if (min > max) {
    throw invalid(`the range of ${name}: MinValue ${min} is above MaxValue ${max}`);
  }
  if (scale === 'logarithmic' && min <= 0) {
    throw invalid(`the range of ${name}: a logarithmic scale is for values above 0`);
  }
  if (scale === 'reverse-logarithmic' && (kind === 'integer' || min < 0 || max >= 1)) {
    throw invalid(`the range of ${name}: a reverse logarithmic scale is for continuous values from 0 on, below 1`);
  }
  return { kind, name, min, max, scale };
}

/**
 * A value for each range, at random. The same seed gives the same values for the same number, whatever other ranges there are.
 * @param number of the training job, from 1
 */
export function drawValues(ranges: readonly ParameterRange[], seed: number, number: number): Readonly<Record<string, string>> {
  const job = SeededRandom.fromSeed(seed).fork(String(number));
  return Object.fromEntries(ranges.map((range) => [range.name, draw(range, job.fork(range.name))]));
}

function draw(range: ParameterRange, random: SeededRandom): string {
  if (range.kind === 'categorical') {
    return random.choice(range.values);
  }
  const { kind, min, max, scale } = range;
  if (kind === 'integer' && scale === 'linear') {
    return String(random.integer(min, max));
  }
  const value = onScale(random, min, max, scale);
  return String(Math.min(Math.max(kind === 'integer' ? Math.round(value) : value, min), max));
}

function onScale(random: SeededRandom, min: number, max: number, scale: Scale): number {
  switch (scale) {
    case 'linear':
      return random.between(min, max);
    case 'logarithmic':
      return Math.exp(random.between(Math.log(min), Math.log(max)));
    case 'reverse-logarithmic':
      return 1 - Math.exp(random.between(Math.log(1 - max), Math.log(1 - min)));
  }
}
