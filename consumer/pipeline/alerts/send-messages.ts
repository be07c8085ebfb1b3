import type { Clock, Random } from '../../kcl';
import { backoffMs } from '../delivery/backoff';
import { publishLimits, type AlertMessage, type AlertPort } from './alert-port';

/** A message that was given up. */
export interface LostMessage {
  readonly message: AlertMessage;
  /** The last thing that the service said. */
  readonly code: string;
}

/** What sending needs beside the messages. */
export interface SendOptions {
  readonly port: AlertPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** When a message is given up: alerts must not keep rows from the lake, nor a task from ending in time. */
export const sendBounds = {
  /** Tries of one message. */
  tries: 3,
  /** For all messages of a flush, in milliseconds: no try begins after that. */
  deadlineMs: 10_000,
} as const;

/** How many messages were accepted, and those that were given up. `aborted`: the signal ended it, and what came of them is not known. */
export type SendOutcome = { readonly sent: number; readonly lost: readonly LostMessage[] } | 'aborted';

/** Hands messages over, in order and in requests within the limits; only what failed is sent again, and not for ever. */
export async function sendMessages(messages: readonly AlertMessage[], options: SendOptions): Promise<SendOutcome> {
  const deadlineMs = options.clock.monotonicMs() + sendBounds.deadlineMs;
  const lost: LostMessage[] = [];
  for (let start = 0; start < messages.length; start += publishLimits.messages) {
    const outcome = await sendBatch(messages.slice(start, start + publishLimits.messages), deadlineMs, options);
    if (outcome === 'aborted') {
      return 'aborted';
    }
    lost.push(...outcome);
  }
  return { sent: messages.length - lost.length, lost };
}

async function sendBatch(
  batch: readonly AlertMessage[],
  deadlineMs: number,
  { clock, port, random, signal }: SendOptions,
): Promise<readonly LostMessage[] | 'aborted'> {
  const lost: LostMessage[] = [];
  let pending: readonly LostMessage[] = batch.map((message) => ({ message, code: 'NotTried' }));
  for (let tries = 1; pending.length > 0 && tries <= sendBounds.tries && clock.monotonicMs() < deadlineMs; tries += 1) {
    if (tries > 1) {
      await clock.sleep(backoffMs(tries - 1, random), signal);
    }
    const outcome = signal.aborted
      ? undefined
      : await port.publish(
          pending.map(({ message }) => message),
          signal,
        );
    if (outcome === undefined || signal.aborted) {
      return 'aborted';
    }
    if (outcome.type === 'answered') {
      const failed = outcome.failed.flatMap(({ code, index, isFinal }) => {
        const message = pending[index]?.message;
        return message === undefined ? [] : [{ message, code, isFinal }];
      });
      lost.push(...failed.filter(({ isFinal }) => isFinal).map(({ code, message }) => ({ message, code })));
      pending = failed.filter(({ isFinal }) => !isFinal).map(({ code, message }) => ({ message, code }));
    } else {
      pending = pending.map(({ message }) => ({ message, code: outcome.code }));
      if (outcome.type === 'refused') {
        break;
      }
    }
  }
  return [...lost, ...pending];
}
