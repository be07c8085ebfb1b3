import { setMaxListeners } from 'node:events';
import type { MapInput } from './replaced-states';
import { TaskError, type TaskHandler } from './task-handler';

/** An item of a Map: its number from 0, and its value. */
export interface MapItem {
  readonly index: number;
  readonly value: unknown;
}

/** Passes one item through the item processor and gives its result; ends early when the signal is aborted. */
export type RunItem = (item: MapItem, input: unknown, signal: AbortSignal) => Promise<unknown>;

/** Iterations of an inline Map at a time. @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const mostAtATime = 40;

/**
 * A Map state in place: the results of its items in their order. When one fails, those that run are ended, those that have not begun
 * never do, and the Map fails by the same error.
 */
export function mapHandler(runItem: RunItem): TaskHandler {
  return async (given, { signal }) => {
    const { items, concurrency, input } = given as MapInput;
    if (!Array.isArray(items)) {
      throw new TaskError('States.Runtime', 'the items of a Map state must be a list');
    }
    if (typeof concurrency !== 'number' || !Number.isInteger(concurrency) || concurrency < 0) {
      throw new TaskError('States.Runtime', 'MaxConcurrency must be a whole number from 0');
    }
    const failed = new AbortController();
    const ending = AbortSignal.any([signal, failed.signal]);
    setMaxListeners(mostAtATime, ending);
    const results = new Array<unknown>(items.length);
    const queue = items.map((value: unknown, index): MapItem => ({ index, value }));
    const worker = async (): Promise<void> => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        try {
          results[item.index] = await runItem(item, input, ending);
        } catch (error: unknown) {
          queue.length = 0;
          failed.abort(error);
          throw error;
        }
      }
    };
    const atATime = Math.min(concurrency === 0 ? mostAtATime : concurrency, mostAtATime, items.length);
    await Promise.allSettled(Array.from({ length: atATime }, worker));
    if (failed.signal.aborted) {
      throw failed.signal.reason;
    }
    signal.throwIfAborted();
    return results;
  };
}
