import type { Channel } from '../../core/training-set';
import type { EventReader } from './event-reader';

/** The splits that a model is judged on: whole devices, and a time, that it has not seen. */
export const testSplits = ['test_devices', 'test_time'] as const;
export type TestSplit = (typeof testSplits)[number];

/** What the steps after PlanTraining read of its answer. */
export interface TrainingPlan {
  /** 'built' when the training set is there, whole, from an earlier run. */
  readonly status: 'ready' | 'built';
  /** Derived from what is trained on, so that the same data has the same name. The first attempt to train has this name. */
  readonly jobName: string;
  /** The span of event time, ISO 8601, UTC: start inclusive, end exclusive. */
  readonly window: { readonly start: string; readonly end: string };
  /** Rows that arrived before this are trained on, ISO 8601, UTC. */
  readonly cutoff: string;
  /** Counts the closings of the same window, from 1 on. */
  readonly revision: number;
  /** `s3://` prefix below which a folder for each split lies, ending in a slash. */
  readonly examplesPrefix: string;
  /** `s3://` prefix of each channel of the training job, ending in a slash. */
  readonly channels: Readonly<Record<Channel, string>>;
  /** The splits that a model is judged on. */
  readonly tests: readonly TestSplit[];
  /** `s3://` URI of the list of everything that the model is made from. */
  readonly manifestUri: string;
  /** SHA-256 of the manifest, hexadecimal. */
  readonly manifestHash: string;
  /** `s3://` URI of the data card. */
  readonly dataCardUri: string;
  /** `s3://` URI of the data card as a page. */
  readonly dataCardPageUri: string;
  /** `s3://` prefix of what the query over the examples counts, by split; ending in a slash. */
  readonly countsPrefix: string;
  /** `s3://` prefix of what the query over tables and quarantine counts, ending in a slash. */
  readonly inputsPrefix: string;
}

/** Reads a plan at `name` of an event. @throws TrainingError naming the member that is missing or of another kind */
export function readTrainingPlan(event: EventReader, name: string): TrainingPlan {
  const plan = event.object(name);
  const window = plan.object('window');
  const given = plan.object('channels');
  return {
    status: plan.oneOf('status', ['ready', 'built']),
    jobName: plan.text('jobName'),
    window: { start: window.text('start'), end: window.text('end') },
    cutoff: plan.text('cutoff'),
    revision: plan.number('revision'),
    examplesPrefix: plan.text('examplesPrefix'),
    channels: { train: given.text('train'), validation: given.text('validation') },
    tests: plan.listOf('tests', testSplits),
    manifestUri: plan.text('manifestUri'),
    manifestHash: plan.text('manifestHash'),
    dataCardUri: plan.text('dataCardUri'),
    dataCardPageUri: plan.text('dataCardPageUri'),
    countsPrefix: plan.text('countsPrefix'),
    inputsPrefix: plan.text('inputsPrefix'),
  };
}
