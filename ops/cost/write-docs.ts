import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lib/shared/node-bundle';
import { bundleRuntimeCode } from '../../lib/shared/runtime-code';
import { withExamples } from './examples';

/** `npm run docs:cost`: writes behind each `npm run cost` in these what it prints. */
async function main(): Promise<void> {
  const code = await bundleRuntimeCode();
  for (const name of ['docs/cost.md', 'README.md']) {
    const path = join(projectRoot, name);
    writeFileSync(path, withExamples(readFileSync(path, 'utf8'), code));
  }
}

void main();
