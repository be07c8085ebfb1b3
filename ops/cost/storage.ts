/**
 * How much lies between two ages in a lake that grows evenly from nothing, on average over one of its months.
 *
 * @param perMonth what comes in during a month
 * @param month 1 is the first
 * @param from age in months at which it begins to count
 * @param to age in months at which it no longer counts; Infinity: never
 */
export function averageStored(perMonth: number, month: number, from: number, to: number): number {
  // Of age between from and to at time t there is min(t, to) - min(t, from); its mean over the month is wanted.
  const upTo = (age: number): number => integral(month, age) - integral(month - 1, age);
  return perMonth * (upTo(Math.max(from, to)) - upTo(from));
}

/** Integral of min(t, age) over t from 0 to `end`. */
function integral(end: number, age: number): number {
  return end <= age ? (end * end) / 2 : (age * age) / 2 + (end - age) * age;
}
