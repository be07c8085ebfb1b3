/** The largest number that a 32-bit float holds. */
const largestFloat = 3.4028234663852886e38;

/**
 * Whether XGBoost can compute with a value: it does so with 32 bits, and refuses infinities and what becomes one. False for what is
 * missing, too.
 */
export function isUsable(value: number): boolean {
  return value >= -largestFloat && value <= largestFloat;
}
