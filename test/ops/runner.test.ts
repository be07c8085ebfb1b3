import { processRunner } from '../../ops/runner';

const runner = processRunner();

test('a program’s exit code is passed on', async () => {
  expect(await runner.quietly(process.execPath, ['-e', 'process.exit(7)'])).toBe(7);
});

test('a program that is not there is no crash', async () => {
  expect(await runner.quietly('no-such-program-anywhere', [])).toBe(127);
});

test('a program that was interrupted says so', async () => {
  expect(await runner.quietly(process.execPath, ['-e', "process.kill(process.pid, 'SIGINT'); setInterval(() => {}, 1000)"])).toBe(
    130,
  );
});
