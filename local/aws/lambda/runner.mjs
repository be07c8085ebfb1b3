/**
 * Runs one Lambda function in a process of its own: plain Node.js, the current directory is the function's code, the
 * environment is the function's. The parent sends {id, event, context} and gets {id, result} or {id, error} back; the handler is
 * loaded once and stays warm. Ends when the parent does.
 *
 * argv: 2 = handler (`index.handler`)
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** The extensions that the Node.js runtime tries, in its order. */
const extensions = ['.js', '.mjs', '.cjs'];

/** The id of the invocation that is running; an error that nothing caught is charged to it. */
let running;

process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => crash(error));
process.on('unhandledRejection', (reason) => crash(reason, 'Runtime.UnhandledPromiseRejection'));

load(process.argv[2] ?? '').then(
  (handler) => {
    process.on('message', (message) => void invoke(handler, message));
    process.send({ ready: true });
  },
  (error) => process.send({ ready: false, error: describe(error) }),
);

async function load(name) {
  const dot = name.lastIndexOf('.');
  const [file, exported] = [name.slice(0, dot), name.slice(dot + 1)];
  const path = extensions.map((extension) => resolve(file + extension)).find((candidate) => existsSync(candidate));
  if (dot <= 0 || path === undefined) {
    throw failure('Runtime.ImportModuleError', `Cannot find module '${file}'`);
  }
  let module;
  try {
    module = path.endsWith('.mjs') ? await import(pathToFileURL(path).href) : require(path);
  } catch (error) {
    // A package with "type": "module" has modules in .js files.
    if (error?.code !== 'ERR_REQUIRE_ESM') {
      throw error;
    }
    module = await import(pathToFileURL(path).href);
  }
  const handler = module[exported] ?? module.default?.[exported];
  if (typeof handler !== 'function') {
    throw failure('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  return handler;
}

async function invoke(handler, { id, event, context, deadlineMs }) {
  running = id;
  try {
    const result = await call(handler, event, {
      ...context,
      awsRequestId: id,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    });
    const text = JSON.stringify(result ?? null);
    running = undefined;
    process.send({ id, result: text });
  } catch (error) {
    running = undefined;
    process.stderr.write(`${new Date().toISOString()}\t${id}\tERROR\tInvoke Error\t${JSON.stringify(describe(error))}\n`);
    process.send({ id, error: describe(error) });
  }
}

/** Handlers answer with a promise, or through a callback. */
function call(handler, event, context) {
  return new Promise((done, fail) => {
    const callback = (error, result) => (error ? fail(error) : done(result));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') {
      returned.then(done, fail);
    } else if (handler.length < 3) {
      done(returned);
    }
  });
}

function crash(error, type) {
  const description = describe(error);
  process.stderr.write(
    `${new Date().toISOString()}\t${running ?? ''}\tERROR\tUncaught Exception\t${JSON.stringify(description)}\n`,
  );
  process.send({ id: running, crashed: true, error: type ? { ...description, errorType: type } : description }, () =>
    process.exit(1),
  );
}

function failure(name, message) {
  return Object.assign(new Error(message), { name });
}

/** The error object that Lambda answers with. */
function describe(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}
