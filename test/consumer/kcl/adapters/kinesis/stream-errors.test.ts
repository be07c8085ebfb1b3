import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { KinesisStreamApi } from '../../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';

/** A stream whose every call fails with an error of this name. */
function failing(name: string, message = 'said by the service'): KinesisStreamApi {
  const send = () => Promise.reject(Object.assign(new Error(message), { name }));
  return new KinesisStreamApi({ send } as unknown as KinesisClient, 'telemetry');
}

describe('a stream of Kinesis that fails', () => {
  it.each([
    ['AccessDeniedException', 'ACCESS_DENIED', 'kinesis:GetRecords'],
    ['ExpiredTokenException', 'CREDENTIALS_REFUSED', 'Renew them'],
    ['UnrecognizedClientException', 'CREDENTIALS_REFUSED', 'Renew them'],
    ['CredentialsProviderError', 'CREDENTIALS_REFUSED', 'Renew them'],
    ['KMSDisabledException', 'KMS_KEY_UNUSABLE', 'Enable the key'],
    ['KMSAccessDeniedException', 'KMS_KEY_UNUSABLE', 'kms:Decrypt'],
    ['ResourceNotFoundException', 'STREAM_MISSING', 'check its name'],
  ])('says with a code what is to be done about %s', async (name, code, advice) => {
    const error: unknown = await failing(name)
      .getRecords('iterator', 1)
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'KclError', code, cause: { name } });
    expect((error as Error).message).toContain('telemetry');
    expect((error as Error).message).toContain(advice);
  });

  it.each(['TimeoutError', 'InternalFailureException', 'ValidationException'])('passes %s on to be tried again', async (name) => {
    await expect(failing(name).getRecords('iterator', 1)).rejects.toMatchObject({ name });
  });

  it('answers throttling with a result, and tells that of the key from that of the stream', async () => {
    const stream = failing('ProvisionedThroughputExceededException');
    const key = failing('KMSThrottlingException');
    await expect(stream.getRecords('iterator', 1)).resolves.toEqual({ kind: 'throttled' });
    await expect(stream.getIterator('shard', { type: 'LATEST' })).resolves.toEqual({ kind: 'throttled' });
    await expect(key.getRecords('iterator', 1)).resolves.toEqual({ kind: 'throttled', by: 'kms' });
  });

  it('names the checkpoint that belongs to another stream', async () => {
    const api = failing('InvalidArgumentException', 'StartingSequenceNumber is invalid');
    await expect(api.getIterator('shard', { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '42' })).rejects.toMatchObject({
      code: 'CHECKPOINT_FOREIGN',
      message: expect.stringContaining('checkpoint 42 of shard shard') as unknown,
    });
    await expect(api.getIterator('shard', { type: 'LATEST' })).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });
});
