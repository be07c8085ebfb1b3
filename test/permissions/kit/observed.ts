import type { ApiCall, ApiRecorder } from '../../../local/aws/http/api-call';
import type { Pipeline } from '../../../local/template/pipeline';
import { accessOf } from './access-of';
import type { AccessRequest } from './policy';

/** What each caller asked of IAM in a run, each request once. */
export class Observed {
  private readonly byCaller = new Map<string, Map<string, AccessRequest>>();
  private readonly unknown = new Set<string>();

  constructor(private readonly pipeline: Pipeline) {}

  /** To be told of every call. */
  readonly recorder: ApiRecorder = (call: ApiCall) => {
    try {
      const known = this.byCaller.get(call.caller) ?? new Map<string, AccessRequest>();
      this.byCaller.set(call.caller, known);
      for (const request of accessOf(call, this.pipeline)) {
        known.set(JSON.stringify(request), request);
      }
    } catch (error: unknown) {
      // Thrown here, it would be a service's answer to its caller.
      this.unknown.add(error instanceof Error ? error.message : String(error));
    }
  };

  get callers(): readonly string[] {
    return [...this.byCaller.keys()].sort();
  }

  /** Calls of which it is not known what they ask for. */
  get notUnderstood(): readonly string[] {
    return [...this.unknown].sort();
  }

  of(caller: string): readonly AccessRequest[] {
    return [...(this.byCaller.get(caller)?.values() ?? [])];
  }
}
