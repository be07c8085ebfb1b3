/** Waits, or until the signal. */
export function delay(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    until.addEventListener('abort', stop, { once: true });
    if (until.aborted) {
      stop();
    }
  });
}
