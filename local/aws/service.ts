/** A local service that runs in this process and speaks its wire protocol on a port that the system chose. */
export interface LocalService {
  /** `kinesis`, `s3`, … */
  readonly name: string;
  /** `http://127.0.0.1:<port>`: the value for AWS_ENDPOINT_URL_<SERVICE>. */
  readonly endpoint: string;
  /** Stops listening and drops what is open. Stopping twice is harmless. */
  close(): Promise<void>;
}
