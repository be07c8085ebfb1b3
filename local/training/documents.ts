import { readFile } from 'node:fs/promises';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';

/** Reads a JSON document of the lake by its `s3://` URI; undefined when there is none. */
export type ReadDocument = (uri: string) => Promise<unknown>;

/** Documents in the folder of a local run; `place` says where an object lies. */
export function documentsHere(place: (uri: string) => string): ReadDocument {
  return async (uri) => {
    try {
      return JSON.parse(await readFile(place(uri), 'utf8')) as unknown;
    } catch (error: unknown) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  };
}

/** Documents in S3. */
export function documentsIn(s3: S3Client): ReadDocument {
  return async (uri) => {
    const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? '') as unknown;
    } catch (error: unknown) {
      if (error instanceof NoSuchKey) {
        return undefined;
      }
      throw error;
    }
  };
}

// What is read of the documents that the training workflow writes; lambda/ says what all of it means.

const window = z.object({ start: z.string(), end: z.string() });
const count = z.number();

/** `$` at the end of the state machine: each step's answer, up to the last step that was come to. */
export const workflowOutput = z.object({
  window: z.object({ window, cutoff: z.string(), revision: count }),
  plan: z.object({
    status: z.string(),
    reason: z.string().optional(),
    jobName: z.string().optional(),
    dataCardUri: z.string().optional(),
    dataCardPageUri: z.string().optional(),
  }),
  card: z.object({ status: z.string(), forced: z.boolean(), reason: z.string() }).optional(),
  started: z
    .object({ jobName: z.string(), started: z.boolean(), onDemand: z.boolean(), overBudget: z.string().optional() })
    .optional(),
  record: z
    .object({
      status: z.string(),
      metrics: z.record(z.string(), z.number()),
      modelUri: z.string().optional(),
      spot: z.boolean(),
      tuned: z.object({ tuningJobName: z.string(), hyperparameters: z.record(z.string(), z.string()) }).optional(),
    })
    .optional(),
  verdict: z.object({ evaluationUri: z.string() }).optional(),
  registered: z.object({ modelPackageArn: z.string(), version: count, approval: z.string(), created: z.boolean() }).optional(),
  /** Why the run was held back after its gates. */
  failure: z.object({ Error: z.string(), Cause: z.string() }).optional(),
});
export type WorkflowOutput = z.infer<typeof workflowOutput>;

const gate = z.object({ name: z.string(), limit: z.number(), value: z.number(), passed: z.boolean(), detail: z.string() });
const split = z.object({ rows: count, devices: count, positives: count.optional() });

/** data-card.json */
export const dataCard = z.object({ splits: z.record(z.string(), split), gates: z.array(gate), contentHash: z.string() });

const evaluation = z.object({
  kind: z.enum(['binary', 'regression']),
  rows: count,
  positives: count.optional(),
  budget: z.number().optional(),
  averagePrecision: z.number().optional(),
  recallAtBudget: z.number().optional(),
  precisionAtBudget: z.number().optional(),
  auc: z.number().optional(),
  rmse: z.number().optional(),
  mae: z.number().optional(),
});

/** evaluation.json */
export const evaluationDocument = z.object({
  metric: z.enum(['averagePrecision', 'rmse']),
  verdict: z.enum(['better', 'first', 'worse', 'not-comparable']),
  reason: z.string(),
  current: z.object({ version: count, notCompared: z.string().optional() }).nullable(),
  overall: z.object({ candidate: evaluation.optional(), current: evaluation.optional(), baseline: evaluation.optional() }),
});

export type Gate = z.infer<typeof gate>;
export type SplitRows = z.infer<typeof split>;
export type Evaluation = z.infer<typeof evaluation>;
export type EvaluationDocument = z.infer<typeof evaluationDocument>;
