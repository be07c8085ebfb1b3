import { build } from 'esbuild';
import * as path from 'node:path';

/** Bundles the worker process into one file, so that each of many starts at once, and that no edit changes a run under way. */
export async function bundleConsumer(directory: string): Promise<string> {
  const outfile = path.join(directory, 'consumer.cjs');
  await build({
    entryPoints: [path.join(__dirname, 'consumer.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}
