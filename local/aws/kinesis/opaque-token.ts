import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const signatureLength = 16;

/**
 * Makes tokens that callers cannot read anything into: signed with a key of this process, so that one that was made up, altered
 * or kept from an earlier run is recognised.
 */
export class TokenCodec {
  private readonly key = randomBytes(32);

  /** @param kind what the token is for; a token of one kind is not valid as another */
  constructor(private readonly kind: string) {}

  /** A token that carries `values`. */
  seal(values: readonly (string | number)[]): string {
    const payload = Buffer.from(JSON.stringify(values));
    return Buffer.concat([this.sign(payload), payload]).toString('base64');
  }

  /** What the token carries; undefined when it was not made by `seal`. */
  open(token: string): readonly unknown[] | undefined {
    const bytes = Buffer.from(token, 'base64');
    const payload = bytes.subarray(signatureLength);
    if (bytes.length <= signatureLength || !timingSafeEqual(bytes.subarray(0, signatureLength), this.sign(payload))) {
      return undefined;
    }
    return JSON.parse(payload.toString()) as readonly unknown[];
  }

  private sign(payload: Buffer): Buffer {
    return createHmac('sha256', this.key).update(this.kind).update(payload).digest().subarray(0, signatureLength);
  }
}
