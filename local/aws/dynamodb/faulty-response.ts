import type { AwsError } from '../http/aws-error';
import { delay } from '../http/delay';
import { cutOff, type Fault } from '../http/faults';
import type { Response } from '../http/server';

/** What dynalite does with a response. */
export interface DatabaseResponse {
  statusCode: number;
  setHeader(name: string, value: string | number): void;
  end(body?: string): void;
}

/** A reply held back until the fault of its request has been dealt with. */
export class FaultyResponse implements DatabaseResponse {
  statusCode = 200;
  private readonly headers = new Map<string, string | number>();

  constructor(
    private readonly response: Response,
    private readonly fault: Fault,
  ) {}

  setHeader(name: string, value: string | number): void {
    this.headers.set(name, value);
  }

  end(body = ''): void {
    const gone = new AbortController();
    this.response.on('close', () => gone.abort());
    const { delayMs = 0, drop, hang = false } = this.fault;
    const send = (): void => {
      if (drop !== undefined) {
        cutOff(this.response);
      } else if (!hang && !this.response.destroyed) {
        this.response.statusCode = this.statusCode;
        this.headers.forEach((value, name) => this.response.setHeader(name, value));
        this.response.end(body);
      }
    };
    if (delayMs > 0) {
      void delay(delayMs, gone.signal).then(send);
    } else {
      send();
    }
  }

  /** Answers with the error of the fault. */
  fail({ code, message, statusCode }: AwsError): void {
    this.statusCode = statusCode;
    this.setHeader('content-type', 'application/x-amz-json-1.0');
    this.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }));
  }
}
