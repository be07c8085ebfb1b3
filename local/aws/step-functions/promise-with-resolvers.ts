/** What Promise.withResolvers returns: a promise and the two functions that settle it. */
interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (reason?: unknown) => void;
}

type PromiseClass = PromiseConstructor & { withResolvers?: <T>(this: PromiseConstructor) => Resolvers<T> };

/**
 * Gives Node.js 20 the standard's Promise.withResolvers, which the state machine interpreter calls. Later versions of Node.js have
 * it, and keep theirs.
 *
 * @see https://tc39.es/ecma262/#sec-promise.withResolvers
 */
export function providePromiseWithResolvers(promise: PromiseClass = Promise): void {
  promise.withResolvers ??= function withResolvers<T>(this: PromiseConstructor): Resolvers<T> {
    let resolve: Resolvers<T>['resolve'] | undefined;
    let reject: Resolvers<T>['reject'] | undefined;
    const pending = new this<T>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    return { promise: pending, resolve, reject } as Resolvers<T>;
  };
}
