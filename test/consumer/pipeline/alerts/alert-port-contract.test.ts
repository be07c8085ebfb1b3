import { publishLimits, type AlertMessage, type AlertPort } from '../../../../consumer/pipeline/alerts/alert-port';
import { MemoryAlerts, type AlertTrouble } from '../../../../consumer/pipeline/alerts/memory-alerts';
import { SnsAlerts } from '../../../../consumer/pipeline/alerts/sns-alerts';
import { knownTopic, startScriptedSns, type Script } from './scripted-sns';

interface Subject {
  readonly port: AlertPort;
  readonly accepted: () => readonly string[];
  /** What the next request meets. */
  trouble: AlertTrouble | undefined;
  close(): Promise<void>;
}

async function memory(): Promise<Subject> {
  const port: MemoryAlerts = new MemoryAlerts(() => subject.trouble);
  const accepted = (): readonly string[] => port.accepted.map(({ body }) => body);
  const subject: Subject = { port, accepted, trouble: undefined, close: async () => undefined };
  return subject;
}

function scriptOf(trouble: AlertTrouble | undefined): Script | undefined {
  if (trouble === undefined || 'failed' in trouble) {
    return trouble;
  }
  return 'unavailable' in trouble ? { error: trouble.unavailable, status: 503 } : { error: trouble.refused, status: 403 };
}

async function sns(): Promise<Subject> {
  const server = await startScriptedSns();
  const port = new SnsAlerts(server.client, knownTopic);
  return {
    port,
    accepted: () => server.accepted.map(({ message }) => message),
    set trouble(trouble: AlertTrouble | undefined) {
      server.script = scriptOf(trouble);
    },
    close: () => server.close(),
  };
}

const message = (body: string): AlertMessage => ({ subject: 'a machine', body, attributes: { kind: 'anomaly', score: 7.5 } });

describe.each([
  ['in memory', memory],
  ['by SNS', sns],
])('publishing alerts %s', (_, create) => {
  let subject: Subject;
  const never = new AbortController().signal;

  beforeEach(async () => {
    subject = await create();
  });
  afterEach(async () => {
    await subject.close();
  });

  test('hands messages over as they are and in order', async () => {
    const messages = ['{"a":1}', 'é & <b>', 'c'].map(message);
    await expect(subject.port.publish(messages, never)).resolves.toEqual({ type: 'answered', failed: [] });
    expect(subject.accepted()).toEqual(['{"a":1}', 'é & <b>', 'c']);
  });

  test('tells which messages of a request failed, and whether another try may help', async () => {
    subject.trouble = { failed: [0, 2] };
    await expect(subject.port.publish(['a', 'b', 'c'].map(message), never)).resolves.toEqual({
      type: 'answered',
      failed: [
        { index: 0, code: 'InternalError', isFinal: false },
        { index: 2, code: 'InternalError', isFinal: false },
      ],
    });
    expect(subject.accepted()).toEqual(['b']);
    subject.trouble = { failed: [0], isFinal: true };
    await expect(subject.port.publish([message('d')], never)).resolves.toMatchObject({ failed: [{ index: 0, isFinal: true }] });
  });

  test('is unavailable while it is throttled', async () => {
    subject.trouble = { unavailable: 'Throttled' };
    const outcome = await subject.port.publish([message('a')], never);
    expect(outcome).toMatchObject({ type: 'unavailable' });
    expect(subject.accepted()).toEqual([]);
  });

  test('is refused where no try will help', async () => {
    subject.trouble = { refused: 'AuthorizationError' };
    await expect(subject.port.publish([message('a')], never)).resolves.toMatchObject({ type: 'refused' });
  });

  test('is refused what is too large, and takes what just fits', async () => {
    const half = message('x'.repeat(publishLimits.bytes / 2));
    await expect(subject.port.publish([half, half], never)).resolves.toEqual({ type: 'answered', failed: [] });
    await expect(subject.port.publish([half, half, message('y')], never)).resolves.toMatchObject({ type: 'refused' });
  });

  test('gives a request up when it is told to', async () => {
    await expect(subject.port.publish([message('a')], AbortSignal.abort())).resolves.toMatchObject({ type: 'unavailable' });
    expect(subject.accepted()).toEqual([]);
  });
});

describe('publishing alerts by SNS', () => {
  test('carries the subject, and numbers as numbers, for filters', async () => {
    const server = await startScriptedSns();
    await new SnsAlerts(server.client, knownTopic).publish([message('a')], new AbortController().signal);
    expect(server.accepted).toMatchObject([
      { subject: 'a machine', attributes: { kind: 'String anomaly', score: 'Number 7.5' } },
    ]);
    await server.close();
  });

  test('takes a message that the reply says nothing of for one that failed', async () => {
    const server = await startScriptedSns();
    server.script = { silent: [1] };
    const port = new SnsAlerts(server.client, knownTopic);
    await expect(port.publish(['a', 'b'].map(message), new AbortController().signal)).resolves.toEqual({
      type: 'answered',
      failed: [{ index: 1, code: 'IncompleteResponse', isFinal: false }],
    });
    await server.close();
  });

  test('is refused by a topic that does not exist, and unavailable where nothing listens', async () => {
    const server = await startScriptedSns();
    const { signal } = new AbortController();
    const missing = new SnsAlerts(server.client, `${knownTopic}-not`);
    await expect(missing.publish([message('a')], signal)).resolves.toMatchObject({ type: 'refused', code: 'NotFoundException' });
    await server.close();
    const port = new SnsAlerts(server.client, knownTopic);
    await expect(port.publish([message('a')], signal)).resolves.toMatchObject({ type: 'unavailable' });
  });
});
