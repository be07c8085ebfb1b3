/** A message for those who want to hear of alerts. */
export interface AlertMessage {
  /** What it is about, for a list of mails: 1 to 99 printable ASCII characters. */
  readonly subject: string;
  /** JSON. */
  readonly body: string;
  /** What subscriptions can filter by; at most 10, no text empty. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** A message that was not accepted, by its index in the request. */
export interface FailedMessage {
  readonly index: number;
  /** As the service names it: `InternalError`. */
  readonly code: string;
  /** The message itself is at fault: no other try would go better. */
  readonly isFinal: boolean;
}

/**
 * What became of a request. `answered`: all messages but `failed` are with the service, which delivers them. `unavailable`: it throttled,
 * failed or could not be reached, and another try may go better. `refused`: none will, before somebody has mended something.
 */
export type PublishOutcome =
  | { readonly type: 'answered'; readonly failed: readonly FailedMessage[] }
  | { readonly type: 'unavailable' | 'refused'; readonly code: string; readonly message: string };

/** Limits of one request: the bytes are those of all messages together. @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const publishLimits = { messages: 10, bytes: 256 * 1024 } as const;

/** Takes messages for whoever has subscribed. Never throws because of what the service answers. */
export interface AlertPort {
  /** Hands over messages within `publishLimits`. Aborting gives the request up, as `unavailable`. */
  publish(messages: readonly AlertMessage[], signal: AbortSignal): Promise<PublishOutcome>;
}
