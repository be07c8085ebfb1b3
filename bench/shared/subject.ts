/** What a subject is told, as JSON in its first argument. */
export interface Assignment {
  readonly kinesis: string;
  readonly dynamodb: string;
  readonly firehose: string;
  readonly stream: string;
  /** It has to read this many records from the beginning of the stream, and then to end. */
  readonly records: number;
  /** Differs at each run, for tables and names that must be new. */
  readonly run: string;
}

/** What a subject prints, as one line of JSON, when it has read everything. */
export interface Measurement {
  readonly records: number;
  /** Bytes of data. */
  readonly bytes: number;
  /** Processor time, user and system, from before the first request to after the last record. Seconds. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The most memory that the process held at any time, in bytes. */
  readonly peakRssBytes: number;
}

/** Measures from its construction on. */
export class Meter {
  private readonly cpu = process.cpuUsage();
  private readonly startedMs = performance.now();
  private records = 0;
  private bytes = 0;

  /** @returns how many records there have been */
  add(records: number, bytes: number): number {
    this.bytes += bytes;
    return (this.records += records);
  }

  finish(): Measurement {
    const { user, system } = process.cpuUsage(this.cpu);
    return {
      records: this.records,
      bytes: this.bytes,
      cpuSeconds: (user + system) / 1e6,
      seconds: (performance.now() - this.startedMs) / 1000,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  }
}

export function assignment(): Assignment {
  return JSON.parse(process.argv[2] ?? '') as Assignment;
}

/** Prints the measurement and ends the process, whatever still runs. */
export function report(measurement: Measurement): void {
  process.stdout.write(`${JSON.stringify(measurement)}\n`, () => process.exit(0));
}
