/** A time in an output. JSON carries seconds since the epoch, with a fraction; CBOR carries milliseconds behind tag 1. */
export class Timestamp {
  /** @param ms milliseconds since the epoch */
  constructor(readonly ms: number) {}

  toJSON(): number {
    return this.ms / 1000;
  }
}
