/**
 * Where things lie in the lake's bucket. Every prefix ends in a slash and none lies inside another, but for the records of models,
 * the windows of training sets and the rows of batches, so that a permission for one is never a permission for another.
 */
export const lakeLayout = {
  /** Files of a table, a folder per day of arrival: `date=2026-11-20/`. */
  table: (table: string) => `tables/${table}/`,
  /** What came in for a table and Firehose could not convert, or a function not transform. */
  errors: (table: string) => `errors/${table}/`,
  allTables: 'tables/',
  allErrors: 'errors/',
  /** Records that the consumer could not use: gzip files of JSON lines. */
  quarantine: 'quarantine/',
  /** What Athena writes. */
  queryResults: 'athena-results/',
  /** `<job>/<execution>/examples/`, a folder per split, and manifests. */
  trainingSets: 'training-sets/',
  /** Closings of windows and the objects that each is made from: `<start>_<end>/closing-1.json`. */
  windows: 'training-sets/windows/',
  /** Model artifacts. */
  models: 'models/',
  /** What training jobs of tuning jobs leave, for a while: `<job>/<trial>/output/model.tar.gz`. */
  trials: 'trials/',
  /** One JSON document per model. */
  modelRecords: 'models/records/',
  /** What is known of batches that are scored: how far scoring has come, and `batches/<id>/batch.json`, `rows.json`, `done.json`. */
  scoring: 'scoring/',
  /** The rows of a batch as a query has written them, for a while: `<batch>/<execution>/`. */
  scoringRows: 'scoring/rows/',
} as const;
