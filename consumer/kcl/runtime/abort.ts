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
