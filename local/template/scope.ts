import type { Stack } from './assembly';

/** Where a value stands: its stack, and the path in the template, for messages. */
export interface Scope {
  readonly stack: Stack;
  readonly path: string;
}

/** One step further down in the template. */
export function below(scope: Scope, key: string | number): Scope {
  return { stack: scope.stack, path: `${scope.path}.${key}` };
}
