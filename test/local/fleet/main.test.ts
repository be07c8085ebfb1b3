import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { startKinesis, type KinesisService } from '../../../local/aws/kinesis/kinesis';
import type { FleetMessage } from '../../../local/fleet/report';

const main = path.join(__dirname, '../../../local/fleet/main.ts');

/** Starts the fleet's process; `onMessage` may stop it. */
async function runFleet(
  kinesis: KinesisService,
  settings: object,
  onMessage?: (message: FleetMessage, stop: () => void) => void,
) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, JSON.stringify({ streamName: 'telemetry', ...settings })], {
    env: {
      PATH: process.env.PATH,
      NODE_NO_WARNINGS: '1',
      AWS_ENDPOINT_URL_KINESIS: kinesis.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const messages: FleetMessage[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as FleetMessage;
      messages.push(message);
      onMessage?.(message, () => child.kill('SIGTERM'));
    }
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, last: messages.at(-1), messages };
}

describe('the process of the fleet', () => {
  let kinesis: KinesisService;
  beforeEach(async () => {
    kinesis = await startKinesis({ streams: [{ name: 'telemetry', shards: 2, mode: 'PROVISIONED', retentionHours: 24 }] });
  });
  afterEach(() => kinesis.close());

  test('sends a simulated fleet into the stream and says what should become of it', async () => {
    const { code, last } = await runFleet(kinesis, { domain: 'factory', records: 1500, endTime: Date.UTC(2026, 0, 1) });
    expect(code).toBe(0);
    expect(last).toMatchObject({ type: 'done', sent: 1500 });
    const { recordsIn, bytesIn } = kinesis.statistics().telemetry ?? {};
    expect(last).toMatchObject({ sent: recordsIn, bytes: bytesIn });
    const expected = last?.type === 'done' ? Object.values(last.expected ?? {}) : [];
    expect(expected.reduce((sum, count) => sum + count, 0)).toBe(1500);
  });

  test('ends in order when it is told to stop', async () => {
    const endless = { domain: 'factory', records: 1_000_000, rate: 500, endTime: Date.UTC(2026, 0, 1) };
    const { code, last } = await runFleet(kinesis, endless, (message, stop) =>
      message.type === 'progress' ? stop() : undefined,
    );
    expect(code).toBe(0);
    expect(last).toMatchObject({ type: 'stopped', sent: kinesis.statistics().telemetry?.recordsIn });
  });

  test('says what is wrong, with exit code 1, and sends nothing', async () => {
    const { code, messages } = await runFleet(kinesis, { domain: 'turbofan', replay: ['/nowhere/train.txt'] });
    expect(code).toBe(1);
    expect(messages).toEqual([
      { type: 'error', code: 'unreadable-file', message: expect.stringContaining('/nowhere/train.txt') as string },
    ]);
    expect(kinesis.statistics().telemetry?.recordsIn).toBe(0);
  });
});
