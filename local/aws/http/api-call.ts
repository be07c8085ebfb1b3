import type { Request } from './server';

/** A request to a service, and who made it. */
export interface ApiCall {
  /** The access key id that the request is signed with: each process of a run has one of its own. Empty for a request without. */
  readonly caller: string;
  /** `kinesis`, `s3` */
  readonly service: string;
  /** `GetRecords` */
  readonly operation: string;
  /** The members of the request, in the JSON form. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Told of every request that was understood, before it is dealt with. */
export type ApiRecorder = (call: ApiCall) => void;

/**
 * The access key id in the signature; the signature itself is not looked at.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function callerOf({ headers }: Pick<Request, 'headers'>): string {
  return /\bCredential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
}
