/** Values by the name of their label. */
export type Labels = Readonly<Record<string, string>>;

/** Things of one metric, one for each combination of labels that was met. */
export class Labelled<T> {
  private readonly entries = new Map<string, { readonly labels: Labels; value: T }>();

  constructor(private readonly make: () => T) {}

  get(labels: Labels = {}): T {
    const key = JSON.stringify(labels);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { labels, value: this.make() };
      this.entries.set(key, entry);
    }
    return entry.value;
  }

  set(labels: Labels, value: T): void {
    this.entries.set(JSON.stringify(labels), { labels, value });
  }

  all(): readonly { readonly labels: Labels; readonly value: T }[] {
    return [...this.entries.values()];
  }
}
