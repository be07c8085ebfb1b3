/** One way in which a run ends, and what is said of it. */
export interface OutcomeMessage {
  /** At most 60 characters, ASCII: with the pipeline's name it has to fit into the 100 that a subject may have. */
  readonly subject: string;
  /** What the event is called for those that listen to EventBridge. */
  readonly detailType: string;
  /**
   * Text with `{name}` for each value that it tells. Neither an apostrophe nor a backslash: both have a meaning in `States.Format`. The
   * execution's ARN follows by itself, and where to read on.
   */
  readonly text: string;
  /** JSONPaths of the values by name: members of the event. Only what each such outcome always has: a path that is not there fails the state. */
  readonly values: Readonly<Record<string, string>>;
  /** Section of the runbook that says what to do. @default - there is nothing to do */
  readonly section?: string;
}

const set = {
  window: '$.plan.window',
  cutoff: '$.plan.cutoff',
  revision: '$.plan.revision',
  rows: '$.card.rows',
  contentHash: '$.card.contentHash',
  dataCardUri: '$.card.dataCardUri',
  dataCardPageUri: '$.card.dataCardPageUri',
  manifestUri: '$.plan.manifestUri',
} as const;

const model = {
  jobName: '$.record.jobName',
  modelUri: '$.record.modelUri',
  modelPackageArn: '$.registered.modelPackageArn',
  version: '$.registered.version',
  approval: '$.registered.approval',
  reason: '$.verdict.reason',
  verdict: '$.verdict',
  evaluationUri: '$.verdict.evaluationUri',
  trainRows: '$.card.rows.train',
  ...set,
} as const;

const failure = { error: '$.failure.Error', cause: '$.failure.Cause' } as const;

/** What is told of a run, by outcome. */
export const outcomeMessages = {
  approved: {
    subject: 'model approved',
    detailType: 'Model Approved',
    text: 'Model {jobName} is approved as version {version}, trained on {trainRows} rows. {reason} Evaluation: {evaluationUri} Data card: {dataCardPageUri}',
    values: model,
  },
  awaitsApproval: {
    subject: 'model awaits approval',
    detailType: 'Model Awaits Approval',
    text: 'Model {jobName}, trained on {trainRows} rows, is registered as version {version} and awaits approval. {reason} Evaluation: {evaluationUri} Data card: {dataCardPageUri} Model package: {modelPackageArn}',
    values: model,
    section: 'model-awaits-approval',
  },
  rejected: {
    subject: 'model rejected',
    detailType: 'Model Rejected',
    text: 'Model {jobName}, trained on {trainRows} rows, is rejected; the one in use stays. {reason} Evaluation: {evaluationUri} Data card: {dataCardPageUri}',
    values: model,
    section: 'model-rejected',
  },
  nothingToTrain: {
    subject: 'nothing to train',
    detailType: 'Nothing To Train',
    text: 'No model was trained: {reason}. The next run looks again.',
    values: { reason: '$.plan.reason', window: '$.window.window', cutoff: '$.window.cutoff' },
    section: 'silence',
  },
  held: {
    subject: 'training held back',
    detailType: 'Training Held Back',
    text: 'No model was trained, and no job was started. {reason}. Data card: {dataCardPageUri}',
    values: { jobName: '$.plan.jobName', reason: '$.held.reason', ...set },
    section: 'training-held-back',
  },
  windowNotClosed: {
    subject: 'training failed, its window is open',
    detailType: 'Training Failed',
    text: 'No model was trained. {cause}. The next run tries again.',
    values: { ...failure, window: '$.window.window' },
    section: 'window-not-closed',
  },
  failed: {
    subject: 'training failed',
    detailType: 'Training Failed',
    text: 'No model was trained. {error}: {cause} The next run tries again.',
    values: failure,
    section: 'training-failed',
  },
} as const satisfies Readonly<Record<string, OutcomeMessage>>;
