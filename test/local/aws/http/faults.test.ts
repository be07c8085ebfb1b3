import { KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { faultsByRule, throttle, type FaultRule } from '../../../../local/aws/http/fault-rules';
import type { Fault } from '../../../../local/aws/http/faults';
import { startJsonService } from '../../../../local/aws/http/json-service';
import type { LocalService } from '../../../../local/aws/service';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('a service with faults', () => {
  let service: LocalService;
  let client: KinesisClient;
  let fault: Fault | undefined;
  let done: number;
  beforeEach(async () => {
    done = 0;
    fault = undefined;
    service = await startJsonService({
      name: 'kinesis',
      targetPrefix: 'Kinesis_20131202',
      operations: { ListShards: () => ({ Shards: [{ ShardId: `call ${++done}` }] }) },
      faults: ({ operation, input }) => (operation === 'ListShards' && input.StreamName === 'cursed' ? fault : undefined),
    });
    client = new KinesisClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
  });

  const call = (StreamName = 'cursed', abortSignal?: AbortSignal) =>
    client.send(new ListShardsCommand({ StreamName }), abortSignal === undefined ? {} : { abortSignal });
  const overHttp1 = () =>
    fetch(service.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'Kinesis_20131202.ListShards', 'content-type': 'application/x-amz-json-1.1' },
      body: '{"StreamName":"cursed"}',
    });

  test('throttles instead of doing the operation', async () => {
    fault = throttle({ service: 'kinesis', operation: 'ListShards', input: {} });
    await expect(call()).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: expect.stringContaining('injected') as string,
    });
    expect(done).toBe(0);
    expect((await call('another')).Shards?.[0]?.ShardId).toBe('call 1');
  });

  test('loses a reply after the operation is done, or a request before, by either version of HTTP', async () => {
    fault = { drop: 'reply' };
    await expect(call()).rejects.toThrow();
    await expect(overHttp1()).rejects.toThrow();
    expect(done).toBe(2);
    fault = { drop: 'request' };
    await expect(call()).rejects.toThrow();
    await expect(overHttp1()).rejects.toThrow();
    expect(done).toBe(2);
    fault = undefined;
    expect((await call()).Shards?.[0]?.ShardId).toBe('call 3');
  });

  test('replies late, and the operation was done at once', async () => {
    fault = { delayMs: 20 };
    const begin = performance.now();
    expect((await call()).Shards?.[0]?.ShardId).toBe('call 1');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(18);
  });

  test('never replies, until the caller gives up', async () => {
    fault = { hang: true };
    const patience = new AbortController();
    const reply = call('cursed', patience.signal);
    const outcome = expect(reply).rejects.toMatchObject({ name: 'AbortError' });
    while (done === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    patience.abort();
    await outcome;
  });
});

describe('faults by rule', () => {
  const draw = (seed: number, rules: readonly FaultRule[], operations: readonly string[], now?: () => number) => {
    const plan = faultsByRule(seed, rules, now);
    return operations.map((operation) => plan({ service: 'kinesis', operation, input: {} }));
  };
  const thousand = Array.from({ length: 1000 }, () => 'GetRecords');

  test('befall their operations, as often as their probability says, the same for the same seed', () => {
    const rules: FaultRule[] = [{ operations: ['GetRecords'], probability: 0.1, fault: { drop: 'reply' } }];
    const drawn = draw(1, rules, thousand);
    expect(draw(1, rules, thousand)).toEqual(drawn);
    expect(draw(2, rules, thousand)).not.toEqual(drawn);
    const count = drawn.filter((fault) => fault !== undefined).length;
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(200);
    expect(draw(1, rules, ['ListShards'])).toEqual([undefined]);
  });

  test('are decided by the first rule that applies', () => {
    const rules: FaultRule[] = [{ operations: ['GetRecords'], fault: { delayMs: 1 } }, { fault: { delayMs: 2 } }];
    expect(draw(1, rules, ['GetRecords', 'PutRecord'])).toEqual([{ delayMs: 1 }, { delayMs: 2 }]);
  });

  test('can befall what is beyond a rate', () => {
    let now = 0;
    const rules: FaultRule[] = [{ callsPerSecond: 2, fault: throttle }];
    const codes = (time: number) => {
      now = time;
      return draw(1, rules, thousand.slice(0, 3), () => now).map((fault) => fault?.error?.code);
    };
    expect(codes(0)).toEqual([undefined, undefined, 'ProvisionedThroughputExceededException']);
    const plan = faultsByRule(1, rules, () => now);
    const again = () => plan({ service: 'dynamodb', operation: 'UpdateItem', input: {} })?.error?.code;
    expect([again(), again(), again()]).toEqual([undefined, undefined, 'ProvisionedThroughputExceededException']);
    now += 1000;
    expect(again()).toBeUndefined();
  });
});
