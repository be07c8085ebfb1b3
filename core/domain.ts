import type { Column, Row } from './column';
import type { Message, MessageSchema } from './message';
import type { ReasonCode } from './reason';
import type { TrainingSet } from './training-set';

/** A table of the lake: one Glue table, one Firehose delivery stream, one folder of Parquet files. */
export interface Table {
  /** What one row is. */
  readonly doc: string;
  /** The table's own columns. The common columns (`commonColumns`) come before them. */
  readonly columns: readonly Column[];
}

/** A row that a message became, and the table that it belongs to. */
export interface TableRow {
  readonly table: string;
  readonly row: Row;
}

/** A reading that somebody should hear of now. */
export interface Alert {
  /** The table that the reading's row is in. */
  readonly table: string;
  /** The signal that stands out most: a column of that table, which says its unit. */
  readonly signal: string;
  /** What was measured, in that unit. */
  readonly value: number;
  /** How far that is from what was expected, in deviations; below 0 when it is smaller. */
  readonly score: number;
  /** What was expected under the circumstances of the reading, in the same unit. */
  readonly expected: { readonly mean: number; readonly deviation: number };
  /** When it was measured, in milliseconds since the epoch. */
  readonly eventTime: number;
}

/** What processing one message gives: rows for the lake, and the state to pass in with the device's next message. */
export interface Processed<State> {
  readonly rows: readonly TableRow[];
  readonly state: State;
  /** At most one for each signal. Sent once the rows are delivered, under `<device>/<signal>/<sequence>`. @default - none */
  readonly alerts?: readonly Alert[];
}

/** How far a device's clock may be from the arrival at the stream. */
export interface ClockTolerance {
  /** Furthest that event_time may lie after the arrival, in milliseconds. */
  readonly aheadMs: number;
  /** Furthest that event_time may lie before the arrival, in milliseconds. @default - any time: history is welcome */
  readonly behindMs?: number;
}

/** What a message that a source sends will become, when the source knows: lets a run check its own report. */
export type ExpectedOutcome = 'delivered' | 'duplicate' | ReasonCode;

/** One record that a source puts on the stream. */
export interface OutgoingRecord {
  /** The partition key: the device, so that its messages stay in order. */
  readonly partitionKey: string;
  /** The bytes, as a device would send them. */
  readonly data: Uint8Array;
  /** @default - not known: the source replays what somebody else recorded */
  readonly expected?: ExpectedOutcome;
}

/** What a simulated fleet is asked for. */
export interface SimulationOptions {
  /** How many devices report. */
  readonly devices: number;
  /** How many records to send in all, trouble included. */
  readonly records: number;
  /** Same seed and options, same records, byte for byte. */
  readonly seed: number;
  /** The event time at which the simulation ends, in milliseconds since the epoch. */
  readonly endTime: number;
}

/** A seeded fleet of devices. */
export interface Simulator {
  /** How many devices report unless the user says otherwise. */
  readonly defaultDevices: number;
  /** The records in the order in which they reach the stream. Lazy: memory stays bounded. Exactly `options.records` of them. */
  simulate(options: SimulationOptions): Iterable<OutgoingRecord>;
}

/** Reads recorded files. */
export interface FileReader {
  /** What a file looks like, for `--help`. */
  readonly format: string;
  /**
   * Begins a file. What one file says of its devices is not mixed with what another says.
   *
   * @param file its path or name, as the user gave it: a format may tell by the name what the file is
   */
  open(file: string): RecordedFile;
}

/** A recorded file that is being read, from its first line to its end. */
export interface RecordedFile {
  /**
   * The records for one line; none for a line that holds nothing (blank, heading). A line that cannot be read is sent as it is, so
   * that it is quarantined and counted like any other bad input.
   */
  record(line: string): readonly OutgoingRecord[];
  /** The records for what the end of the file tells. Called once, after the last line. @default - the end tells nothing */
  end?(): readonly OutgoingRecord[];
}

/** Writes what is remembered of a device as bytes, and reads it again. */
export interface StateCodec<State> {
  /** The state as bytes: a few kilobytes at most. The state itself is left as it is. */
  encode(state: State): Uint8Array;
  /**
   * A state that goes on as the one that was encoded would have, to the last bit.
   *
   * @returns undefined for a state of another version or layout, which can only be thrown away
   * @throws StateBytesError when the bytes are no state, or not all of one
   */
  decode(bytes: Uint8Array): State | undefined;
}

/** Which columns say at a glance how a device is. */
export interface LatestColumns {
  /** The table whose last row of a device is meant. */
  readonly table: string;
  /** Columns of the table's own; a handful, for they are written with every state. */
  readonly columns: readonly string[];
}

/** A published data set to hold a model against: devices that it has not seen, and what became of them. */
export interface Benchmark {
  /** What is compared, in one sentence. */
  readonly doc: string;
  /** What a file of truths looks like, for `--help`. */
  readonly format: string;
  /** Predictions and truths above it count as it. */
  readonly cap: number;
  /**
   * Reads a file of truths.
   *
   * @param file its path or name, as the user gave it
   * @param text all of it
   * @returns the truth of each device, as the reader of recorded files names it
   * @throws TypeError saying what is wrong with the file
   */
  truths(file: string, text: string): ReadonlyMap<string, number>;
  /** What others have reached: root mean squared error, the best first. */
  readonly published: readonly { readonly what: string; readonly rmse: number; readonly source: string }[];
}

/**
 * One folder says what the data means. From a domain come the consumer's validation, the Glue columns, the Parquet schema, the
 * training SQL and the simulator; a fork edits its domain and nothing else.
 */
export interface Domain<State = unknown> {
  /** Lower case; names the folder below `domains/`, and resources in AWS. */
  readonly name: string;
  /** What the domain is about, in one sentence. */
  readonly doc: string;
  /** Largest message, in bytes. At most 1 MiB, the record limit of Kinesis by default. */
  readonly maxMessageBytes: number;
  readonly clock: ClockTolerance;
  /** Message types by `source_type`. */
  readonly messages: Readonly<Record<string, MessageSchema>>;
  /** Tables by name. */
  readonly tables: Readonly<Record<string, Table>>;
  /**
   * Turns a valid message into rows. Depends on nothing but its arguments: no clock, no random, no I/O. It owns the state that
   * it is given and may update it in place; the caller goes on with the state that is returned. State is plain data (structured
   * clone), of bounded size, per device.
   *
   * @param state what the device's last message returned; undefined for the first message seen
   */
  process(message: Message, state: State | undefined): Processed<State>;
  /** The state as bytes, for a store that outlives the process. @default - it is not stored, and is gone with the process */
  readonly stateCodec?: StateCodec<State>;
  /** What an alert of this domain means, in a sentence for those who are sent one. @default - it has none, and needs no topic */
  readonly alerts?: string;
  /** What can be looked up of a device beside its stored state. @default - nothing but when it reported last */
  readonly latest?: LatestColumns;
  readonly trainingSet: TrainingSet;
  /** Recorded devices of which it is known what became of them, and what others have made of them. @default - there are none */
  readonly benchmark?: Benchmark;
  /** @default - the domain has no simulator; a run needs files to replay */
  readonly simulator?: Simulator;
  /** Reads the files of `--replay`. */
  readonly reader: FileReader;
}
