import type { Clock } from '../clock';

/**
 * What the promise gives, or `aborted` as soon as the signal is, whatever becomes of the promise then. Unlike `Promise.race` against
 * a long-lived promise, nothing is left behind for each call.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve('aborted');
    if (signal.aborted) {
      onAbort();
    } else {
      signal.addEventListener('abort', onAbort, { once: true });
    }
    promise.then(
      (value) => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/**
 * Runs `call` with a signal of its own that follows `signal`, and `other` if there is one, so that a client that forgets its listeners
 * leaks nothing. (Neither does this: each `AbortSignal.any` leaves something behind at signals that live long, in Node.js 20.)
 */
export async function withOwnSignal<T>(
  signal: AbortSignal,
  call: (own: AbortSignal) => Promise<T>,
  other?: AbortSignal,
): Promise<T> {
  const own = new AbortController();
  const unfollow = [signal, ...(other === undefined ? [] : [other])].map((followed) => {
    const follow = (): void => own.abort(followed.reason);
    if (followed.aborted) {
      follow();
    }
    followed.addEventListener('abort', follow, { once: true });
    return () => followed.removeEventListener('abort', follow);
  });
  try {
    return await call(own.signal);
  } finally {
    unfollow.forEach((stop) => stop());
  }
}

/**
 * What `call` gives, if it does so within the time; otherwise its signal is aborted and this fails. Fails at once when `signal` is
 * aborted.
 *
 * @param name - of the call, for the error
 */
export async function within<T>(
  {
    clock,
    ms,
    name,
    signal,
  }: { readonly clock: Clock; readonly ms: number; readonly name: string; readonly signal?: AbortSignal },
  call: (own: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const enough = new AbortController();
  const stop = (): void => enough.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) {
    stop();
  }
  const late = clock.sleep(ms, enough.signal).then((): never => {
    signal?.throwIfAborted();
    throw new Error(`${name} was not answered within ${ms} ms`);
  });
  const reply = call(own.signal);
  try {
    return await Promise.race([reply, late]);
  } catch (error: unknown) {
    own.abort(error);
    throw error;
  } finally {
    // Whichever of them comes second is of no interest.
    late.catch(() => undefined);
    reply.catch(() => undefined);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}
