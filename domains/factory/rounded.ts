/** To 4 decimals: finer than any sensor here, and half the bytes. */
export const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
