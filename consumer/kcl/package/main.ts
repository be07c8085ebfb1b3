import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildPackage, packPackage } from './build';
import { tryPackage } from './try-package';

/** `npm run kcl:pack`: makes a tarball of the library that could be published, and tries it as its users would. */
async function main(): Promise<void> {
  const folder = path.resolve(__dirname, '../../../.out/kcl-package');
  const directory = path.join(folder, 'package');
  await buildPackage(directory);
  const tarball = await packPackage(directory, folder);
  const application = mkdtempSync(path.join(tmpdir(), 'kcl-package-'));
  try {
    const seen = await tryPackage(tarball, application);
    process.stdout.write([...seen, path.relative(process.cwd(), tarball), ''].join('\n'));
  } finally {
    rmSync(application, { recursive: true, force: true });
  }
}

void main();
