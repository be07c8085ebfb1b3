/** What has been started and must be stopped, last first, on every way out. */
export class Cleanup {
  private readonly tasks: { readonly name: string; readonly stop: () => Promise<unknown> }[] = [];
  private running: Promise<readonly string[]> | undefined;

  /** Registers how to stop something. */
  add(name: string, stop: () => Promise<unknown>): void {
    this.tasks.push({ name, stop });
  }

  /** Stops everything; a part that fails to stop does not keep the others. Returns what failed. Running it twice is harmless. */
  run(): Promise<readonly string[]> {
    return (this.running ??= this.stopAll());
  }

  private async stopAll(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (const { name, stop } of this.tasks.reverse()) {
      try {
        await stop();
      } catch (error: unknown) {
        failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}
