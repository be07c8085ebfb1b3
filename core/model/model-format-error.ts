/**
 * Bytes that are no model file of XGBoost, one that was cut short or damaged, or a model of a kind that is not supported. The message
 * begins with the place in the file, where there is one: `learner.objective.name: rank:ndcg is not supported`.
 */
export class ModelFormatError extends Error {
  override readonly name = 'ModelFormatError';
  readonly code = 'MODEL_FORMAT';
}
