import { deviceCommand } from './device-command';

/** `npm run device`: how a device was at the last checkpoint; see `--help`. */
async function main(): Promise<void> {
  const { argv, env: environment, stderr: err, stdout: out } = process;
  process.exitCode = await deviceCommand(argv.slice(2), { environment, out, err });
}

void main();
