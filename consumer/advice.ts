/** By an error's name, code or reason: what a person can do about it. */
const advice: Readonly<Record<string, string>> = {
  ACCESS_DENIED: "Give the task's role the permission that the message names.",
  AccessDeniedException: "Give the task's role the permission that the message names.",
  CHECKPOINT_FOREIGN:
    'Set LEASE_TABLE_NAME to the table of this very stream; a stream that was deleted and made anew needs a new one.',
  CREDENTIALS_REFUSED: 'Renew the credentials, or correct them; on AWS, look at the role of the task.',
  CredentialsProviderError:
    'Give the process credentials: a task role on AWS, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY elsewhere.',
  EACCES: 'Set MONITORING_PORT to a port that the process may listen on: above 1023, or 0 to let the system choose.',
  EADDRINUSE: 'Set MONITORING_PORT to a port that is free, or to 0 to let the system choose.',
  EADDRNOTAVAIL: 'Set MONITORING_HOST to an address of this machine, or to 0.0.0.0 for all.',
  ECONNREFUSED: 'Check AWS_REGION and AWS_ENDPOINT_URL_*, and that the service is reachable from here.',
  ENOTFOUND: 'Check AWS_REGION and AWS_ENDPOINT_URL_*: the host does not exist.',
  INVALID_OPTION: 'Correct the option that the message names, or the environment variable behind it.',
  ItemTooLarge:
    "Keep less of a device: shorten the domain's windows. Two versions of its state have to fit into the 400 KB of a DynamoDB item.",
  KMS_KEY_UNUSABLE: "Enable the stream's key, or let the task's role decrypt with it.",
  LEASE_TABLE_FOREIGN: 'Set LEASE_TABLE_NAME to a table of this application alone, whose key is leaseKey (S).',
  LEASE_TABLE_MISSING: 'Deploy the consumer stack, which makes the lease table, or set LEASE_TABLE_NAME to one that exists.',
  NATIVE_KCL3_FLEET: 'Stop the Java fleet or bring it to its 2.x-compatible mode; until then this consumer would fight it.',
  REPLAY_REFUSED: 'Give the replay an --application of its own, one that no other application and no other replay has.',
  STREAM_MISSING: 'Deploy the ingestion stack, or set STREAM_NAME to a stream of this region and account.',
  ResourceNotFoundException: 'Check that what the message names exists in this region and account.',
};

/** What a person can do about an error. Looks through its causes. */
export function whatToDo(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const { code, reason } = at as { code?: unknown; reason?: unknown };
    for (const key of [code, reason, at.name]) {
      if (typeof key === 'string' && Object.hasOwn(advice, key)) {
        return String(advice[key]);
      }
    }
  }
  return 'The process ends and its container starts again at the last checkpoints; the error says what happened.';
}
