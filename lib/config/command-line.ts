/** What `-c key=value` may set: for each key what it is, what it means, and what holds without it. */
export const commandLineKeys = {
  stage: { value: 'NAME', meaning: 'the configuration: a file of `lib/config/stages/`', otherwise: '`dev`' },
  domain: { value: 'NAME', meaning: 'what the data means: a folder of `domains/`', otherwise: '`factory`' },
  shards: {
    value: 'N',
    meaning: 'a provisioned stream of N shards (1 to 10,000) instead of what the stage says, and no more tasks than shards',
    otherwise: 'the stage’s',
  },
  reading: {
    value: 'HOW',
    meaning: '`polling` or `fan-out`, [what it is and costs](../consumer/kcl/README.md#enhanced-fan-out)',
    otherwise: 'the stage’s',
  },
  endpoint: {
    value: 'HOW',
    meaning: '`none` or `serverless`, [whether the model in use answers requests](scoring.md#an-endpoint)',
    otherwise: 'the stage’s',
  },
  destroyData: {
    value: 'STAGE',
    meaning: 'the name of the stage again: with `mayDestroyData`, data goes with its stack',
    otherwise: 'data stays',
  },
} as const;

/** A key that `-c` may set. */
export type CommandLineKey = keyof typeof commandLineKeys;
