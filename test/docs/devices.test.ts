import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageProcessor } from '../../consumer/pipeline/message-processor';
import { isReasonCode } from '../../core/reason';
import { domainNamed } from '../../domains';
import { rememberedDevices } from '../consumer/pipeline/remembered-devices';

const text = readFileSync(join(__dirname, '..', '..', 'docs', 'devices.md'), 'utf8');

describe('docs/devices.md', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
  const { device_id: deviceId, event_time: eventTime } = JSON.parse(json) as { device_id: string; event_time: string };
  const arrival = {
    shardId: 'shardId-000000000000',
    sequenceNumber: '1',
    subSequenceNumber: 0,
    arrivalTimeMs: Date.parse(eventTime),
  };
  const outcome = (partitionKey: string) =>
    new MessageProcessor(domainNamed('factory')).handle(
      { ...arrival, data: Buffer.from(json), partitionKey },
      rememberedDevices(),
    );

  test('shows a message that is delivered', () => {
    expect(outcome(deviceId)).toMatchObject({ rows: [{ table: 'telemetry' }] });
  });

  test('names the reason code of a message in the name of another device', () => {
    const { reason } = outcome('pump-2') as { reason: string };
    expect(isReasonCode(reason)).toBe(true);
    expect(text).toContain(`\`${reason}\``);
  });
});
