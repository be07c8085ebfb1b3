/** Something about the call or the configuration is wrong; nothing was started. Ends the program with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
