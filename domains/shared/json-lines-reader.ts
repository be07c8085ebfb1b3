import type { FileReader, OutgoingRecord } from '../../core/domain';
import { maxDeviceIdLength } from '../../core/message';

/** The partition key of a line that does not say which device it is from. */
export const unknownDeviceKey = 'unknown-device';

/** Reads files that hold one message per line, as JSON. Each line is sent byte for byte, whether or not it can be read. */
export const jsonLinesReader: FileReader = {
  format: 'JSON lines: one message per line, as a device sends it',
  open: () => ({ record }),
};

function record(line: string): readonly OutgoingRecord[] {
  const text = line.trim();
  return text === '' ? [] : [{ partitionKey: partitionKeyOf(text), data: Buffer.from(text, 'utf8') }];
}

function partitionKeyOf(text: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return unknownDeviceKey;
  }
  if (typeof parsed !== 'object' || parsed === null || !('device_id' in parsed)) {
    return unknownDeviceKey;
  }
  const { device_id: deviceId } = parsed;
  return typeof deviceId === 'string' && deviceId !== '' && deviceId.length <= maxDeviceIdLength ? deviceId : unknownDeviceKey;
}
