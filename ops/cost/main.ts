import { ConfigurationError } from '../../lib/config/configuration-error';
import { bundleRuntimeCode } from '../../lib/shared/runtime-code';
import { exitCodes, UsageError, type ExitCode } from '../usage-error';
import { costHelp, parseCostOptions } from './options';
import { printed } from './print';
import { reportOf } from './report';

/** `npm run cost`: see `--help`. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  try {
    const options = parseCostOptions(argv);
    if (options === undefined) {
      process.stdout.write(costHelp);
      return exitCodes.done;
    }
    const report = reportOf(options, await bundleRuntimeCode());
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : printed(report, options.brief));
    return exitCodes.done;
  } catch (error: unknown) {
    if (error instanceof UsageError || error instanceof ConfigurationError) {
      process.stderr.write(`${error.message}\nnpm run cost -- --help lists the options.\n`);
      return exitCodes.usage;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
