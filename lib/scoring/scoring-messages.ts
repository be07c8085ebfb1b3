import type { OutcomeMessage } from '../training/workflow/outcome-messages';

/** What is told of a batch, by outcome. People hear of failures alone: there is a batch every hour. */
export const scoringMessages = {
  scored: {
    subject: 'batch scored',
    detailType: 'Batch Scored',
    text: 'Batch {batchId}: {rows} rows by version {modelVersion} of the model.',
    values: {
      batchId: '$.finished.batchId',
      from: '$.finished.from',
      cutoff: '$.finished.cutoff',
      rows: '$.finished.rows',
      files: '$.finished.files',
      modelJobName: '$.finished.modelJobName',
      modelVersion: '$.finished.modelVersion',
    },
  },
  failed: {
    subject: 'scoring failed',
    detailType: 'Scoring Failed',
    text: 'No batch was scored. {error}: {cause} The next run takes it up again.',
    values: { error: '$.failure.Error', cause: '$.failure.Cause' },
    section: 'scoring-failed',
  },
} as const satisfies Readonly<Record<string, OutcomeMessage>>;
