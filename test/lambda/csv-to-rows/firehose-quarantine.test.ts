import type { FirehoseClient, PutRecordBatchCommand, PutRecordBatchCommandOutput } from '@aws-sdk/client-firehose';
import { FirehoseQuarantine } from '../../../lambda/csv-to-rows/firehose-quarantine';

/** Accepts the records that the test says, call by call. */
function client(answers: readonly (readonly boolean[])[]): { send: FirehoseClient['send']; batches: string[][] } {
  const batches: string[][] = [];
  const send = (command: PutRecordBatchCommand): Promise<Partial<PutRecordBatchCommandOutput>> => {
    const records = (command.input.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
    const accepted = answers[batches.length] ?? records.map(() => true);
    batches.push(records);
    return Promise.resolve({
      FailedPutCount: accepted.filter((isAccepted) => !isAccepted).length,
      RequestResponses: accepted.map((isAccepted) =>
        isAccepted ? { RecordId: 'id' } : { ErrorCode: 'ServiceUnavailableException' },
      ),
    });
  };
  return { send: send as FirehoseClient['send'], batches };
}

describe('the quarantine of the CSV function', () => {
  const waits: number[] = [];
  const quarantine = (send: FirehoseClient['send']) =>
    new FirehoseQuarantine({ send }, 'quarantine', (ms) => {
      waits.push(ms);
      return Promise.resolve();
    });
  beforeEach(() => waits.splice(0));

  it('puts many lines into a record, and no more than fit', async () => {
    const { send, batches } = client([]);
    const long = `${'x'.repeat(600_000)}\n`;
    await quarantine(send).put(['a\n', 'b\n', long, long]);
    expect(batches.map((batch) => batch.map(({ length }) => length))).toEqual([[600_005, 600_001]]);
    expect(batches[0]?.[0]?.startsWith('a\nb\n')).toBe(true);
  });

  it('sends again what was not accepted, and nothing else', async () => {
    const long = `${'x'.repeat(600_000)}\n`;
    const { send, batches } = client([[true, false], [false], [true]]);
    await quarantine(send).put(['a\n', long, long]);
    expect(batches.map((batch) => batch.length)).toEqual([2, 1, 1]);
    expect(waits).toEqual([200, 400]);
  });

  it('fails when a record is not accepted in the end, and says why', async () => {
    const { send, batches } = client(Array.from({ length: 10 }, () => [false]));
    await expect(quarantine(send).put(['a\n'])).rejects.toThrow(
      'quarantine did not accept 1 records in 5 attempts: ServiceUnavailableException',
    );
    expect(batches).toHaveLength(5);
  });
});
