/** The root of the mean squared error, in the unit of the label. NaN without rows. */
export function rmse(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return Math.sqrt(mean(predictions, labels, (p, y) => (p - y) ** 2));
}

/** The mean absolute error, in the unit of the label. NaN without rows. */
export function mae(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return mean(predictions, labels, (p, y) => Math.abs(p - y));
}

/** The mean of a loss over all rows, which weigh alike. NaN without rows. */
export function mean(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  loss: (prediction: number, label: number) => number,
): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row += 1) {
    sum += loss(predictions[row] as number, labels[row] as number);
  }
  return sum / labels.length;
}
