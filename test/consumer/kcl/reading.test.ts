import { createWorkerOn, fanOutDefaults, KclError } from '../../../consumer/kcl';
import { InMemoryLeaseStore, InMemoryStream, VirtualClock } from '../../../consumer/kcl/testing';
import { resolveFanOutConsumer, resolveFanOutTimes, type FanOutReading } from '../../../consumer/kcl/reading';

const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry/consumer/app:1700000000';

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error: unknown) {
    expect(error).toBeInstanceOf(KclError);
    expect((error as KclError).code).toBe('INVALID_OPTION');
    return (error as KclError).message;
  }
  throw new Error('it was accepted');
}

describe('the options of fan-out', () => {
  it('have the documented defaults', () => {
    expect(fanOutDefaults.retryAfterMs).toBe(300_000);
    expect(resolveFanOutTimes({ kind: 'fan-out' }, 30_000)).toEqual({ silenceTimeMs: 15_000, retryAfterMs: 300_000 });
    expect(resolveFanOutTimes({ kind: 'fan-out' }, 20_000).silenceTimeMs).toBe(10_000);
    expect(resolveFanOutTimes({ kind: 'fan-out' }, 10_000).silenceTimeMs).toBe(6_000);
    expect(resolveFanOutTimes({ kind: 'fan-out' }, 100_000).silenceTimeMs).toBe(15_000);
  });

  it.each<[Partial<FanOutReading>, string]>([
    [{ silenceTimeMs: 5_000 }, 'reading.silenceTimeMs must be at least 6000 and less than readerStallTimeMs (30000), not 5000'],
    [{ silenceTimeMs: 30_000 }, 'reading.silenceTimeMs must be at least 6000 and less than readerStallTimeMs (30000), not 30000'],
    [{ retryAfterMs: 9_999 }, 'reading.retryAfterMs must be a number of at least 10000, not 9999'],
    [{ retryAfterMs: Infinity }, 'reading.retryAfterMs must be a number of at least 10000, not Infinity'],
  ])('are held to their bounds: %j', (options, message) => {
    expect(refusal(() => resolveFanOutTimes({ kind: 'fan-out', ...options }, 30_000))).toBe(message);
  });

  it('name the consumer: like the application, by a name of its own, or by its ARN', () => {
    expect(resolveFanOutConsumer({ kind: 'fan-out' }, 'app')).toEqual({ consumerName: 'app' });
    expect(resolveFanOutConsumer({ kind: 'fan-out', consumerName: 'other' }, 'app')).toEqual({ consumerName: 'other' });
    expect(resolveFanOutConsumer({ kind: 'fan-out', consumerArn: arn }, 'app')).toEqual({ consumerArn: arn });
  });

  it('refuse a consumer that cannot be', () => {
    const resolve = (options: Partial<FanOutReading>, application = 'app') =>
      refusal(() => resolveFanOutConsumer({ kind: 'fan-out', ...options }, application));
    expect(resolve({ consumerArn: arn, consumerName: 'app' })).toContain('exclude each other');
    expect(resolve({ consumerArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry' })).toContain(
      'reading.consumerArn must be',
    );
    expect(resolve({}, 'a'.repeat(129))).toContain('reading.consumerName must be 1 to 128 letters');
  });

  it('need a port', () => {
    const clock = new VirtualClock();
    const ports = { leases: new InMemoryLeaseStore(), stream: new InMemoryStream(clock, 1) };
    const processor = (): never => {
      throw new Error('not called');
    };
    expect(refusal(() => createWorkerOn(ports, { processor, clock, reading: { kind: 'fan-out' } }))).toContain('no port for it');
  });
});
