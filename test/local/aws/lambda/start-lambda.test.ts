import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLambda, type LambdaService } from '../../../../local/aws/lambda/start-lambda';

const code = `
let calls = 0;
exports.echo = async (event, context) => ({
  event, calls: ++calls, name: context.functionName, pid: process.pid, cwd: process.cwd(),
  left: context.getRemainingTimeInMillis(), env: { ...process.env },
});
exports.log = async () => { console.log('seen in the log'); return 1; };
exports.fail = async () => { class TooFewRows extends Error { name = 'TooFewRows'; } throw new TooFewRows('3 rows'); };
exports.crash = () => { setImmediate(() => { throw new RangeError('outside'); }); return new Promise(() => {}); };
exports.exit = () => process.exit(3);
exports.hang = () => new Promise(() => setInterval(() => {}, 1000));
exports.callback = (event, context, done) => done(null, event.x + 1);
exports.nothing = async () => {};
`;

const handlers = ['echo', 'log', 'fail', 'crash', 'exit', 'hang', 'callback', 'nothing', 'absent'];
let directory: string;
let lambda: LambdaService;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  writeFileSync(join(directory, 'index.js'), code);
  writeFileSync(join(directory, 'broken.js'), 'throw new TypeError("at load");');
  writeFileSync(join(directory, 'module.mjs'), 'export const handler = async (event) => ({ module: event });');
  const definition = (name: string, handler: string, timeoutSeconds = 20) => ({
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    assetDirectory: directory,
    handler,
    timeoutSeconds,
    memoryMiB: 128,
    environment: { OWN: 'yes', SHARED: 'from the function' },
  });
  lambda = await startLambda({
    functions: [
      ...handlers.map((name) => definition(name, `index.${name}`, name === 'hang' ? 0.2 : 20)),
      definition('forever', 'index.hang'),
      definition('broken', 'broken.handler'),
      definition('module', 'module.handler'),
    ],
    environment: { AWS_REGION: 'us-east-1', SHARED: 'from the run' },
    logDirectory: join(directory, 'logs'),
  });
});

afterAll(async () => {
  await lambda.close();
  await lambda.close();
  rmSync(directory, { recursive: true });
});

async function payload(name: string, event: unknown = {}): Promise<Record<string, unknown>> {
  const result = await lambda.invoke(name, event);
  expect(result.status).toBe('succeeded');
  return (result as { payload: Record<string, unknown> }).payload;
}

/** Resolves when no process has the id any more. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a function', () => {
  test('runs in its own directory with its own environment and nothing of ours, and stays warm', async () => {
    process.env.OURS = 'secret';
    const [first, second] = [await payload('echo', { a: 1 }), await payload('echo')];
    delete process.env.OURS;
    expect(first).toMatchObject({ event: { a: 1 }, calls: 1, name: 'echo', cwd: directory });
    expect(second).toMatchObject({ calls: 2, pid: first.pid });
    expect(first.env).toMatchObject({
      OWN: 'yes',
      SHARED: 'from the run',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      _HANDLER: 'index.echo',
    });
    expect(first.env).not.toHaveProperty('OURS');
    expect(first.env).not.toHaveProperty('PATH');
    expect(first.left).toBeGreaterThan(0);
  });

  test('runs twice at once in two processes', async () => {
    const [one, two] = await Promise.all([payload('echo'), payload('echo')]);
    expect(one.pid).not.toBe(two.pid);
  });

  test('may answer through a callback, be a module, or answer nothing', async () => {
    expect(await payload('callback', { x: 1 })).toBe(2);
    expect(await payload('module', 'hi')).toEqual({ module: 'hi' });
    expect(await payload('nothing')).toBeNull();
  });

  test('is found by its ARN', async () => {
    expect(await payload('arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST')).toMatchObject({ name: 'echo' });
  });

  test.each([
    ['fail', 'TooFewRows', '3 rows'],
    ['crash', 'RangeError', 'outside'],
    ['exit', 'Runtime.ExitError', 'exit status 3'],
    ['hang', 'Sandbox.Timedout', 'Task timed out after 0.20 seconds'],
    ['broken', 'TypeError', 'at load'],
    ['absent', 'Runtime.HandlerNotFound', 'index.absent is undefined or not exported'],
  ])('that does %s answers with %s', async (name, errorType, message) => {
    const result = await lambda.invoke(name, {});
    expect(result).toMatchObject({
      status: 'failed',
      failure: { errorType, errorMessage: expect.stringContaining(message) as string },
    });
  });

  test('starts anew after a crash', async () => {
    expect((await lambda.invoke('crash', {})).status).toBe('failed');
    expect(await lambda.invoke('crash', {})).toMatchObject({ failure: { errorType: 'RangeError' } });
  });

  test('is killed when the invocation is aborted', async () => {
    const abort = new AbortController();
    const invocation = lambda.invoke('forever', {}, abort.signal);
    abort.abort(new Error('enough'));
    await expect(invocation).rejects.toThrow('enough');
  });

  test('logs to a file of its own', async () => {
    await payload('log');
    const log = readFileSync(join(directory, 'logs', 'log.log'), 'utf8');
    expect(log).toMatch(/START RequestId: .*\n(.*\n)*.*seen in the log\n(.*\n)*END RequestId/);
  });

  test('that does not exist is an error of the service', async () => {
    await expect(lambda.invoke('unknown', {})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('Invoke over the wire', () => {
  const post = (path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${lambda.endpoint}/2015-03-31/functions/${path}/invocations`, { method: 'POST', headers, ...(body ? { body } : {}) });

  test('answers with the payload', async () => {
    const response = await post('echo', '{"a":1}');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST');
    expect(response.headers.get('x-amz-function-error')).toBeNull();
    expect(await response.json()).toMatchObject({ event: { a: 1 } });
  });

  test('marks the error of a function in a header', async () => {
    const response = await post(encodeURIComponent('arn:aws:lambda:us-east-1:000000000000:function:fail'), '{}');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await response.json()).toMatchObject({ errorType: 'TooFewRows', errorMessage: '3 rows' });
  });

  test('gives the end of the log when it is asked for', async () => {
    const response = await post('log', '{}', { 'x-amz-log-type': 'Tail' });
    expect(Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString()).toContain('seen in the log');
  });

  test.each([
    ['unknown', '{}', {}, 404, 'ResourceNotFoundException'],
    ['echo', '{', {}, 400, 'InvalidRequestContentException'],
    ['echo', '{}', { 'x-amz-invocation-type': 'Event' }, 501, 'NotImplementedException'],
  ])('answers a bad request (%s, %s, %j) with %d %s', async (name, body, headers: Record<string, string>, status, code) => {
    const response = await post(name, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toBe(code);
  });
});

test('closing ends every process, running ones too', async () => {
  const own = await startLambda({
    functions: [
      {
        name: 'echo',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
        assetDirectory: directory,
        handler: 'index.echo',
        timeoutSeconds: 20,
        memoryMiB: 128,
        environment: {},
      },
    ],
    environment: {},
    logDirectory: join(directory, 'logs'),
  });
  const result = await own.invoke('echo', {});
  const { pid } = (result as { payload: { pid: number } }).payload;
  await own.close();
  await gone(pid);
  await expect(own.invoke('echo', {})).rejects.toThrow('after the local Lambda had closed');
});
