/** Shards and workers of the points measured, five shards for a worker. */
export const scalingSizes = [
  [10, 2],
  [30, 6],
  [100, 20],
  [300, 60],
  [1000, 200],
] as const;
