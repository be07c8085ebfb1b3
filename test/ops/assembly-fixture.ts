import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stacks of a synthesized app, as far as the commands read them. */
export interface StackFixture {
  readonly protected?: boolean;
  readonly resources: Readonly<Record<string, { Type: string; DeletionPolicy?: string; Properties?: Record<string, unknown> }>>;
}

const root = mkdtempSync(join(tmpdir(), 'ops-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** What the names of a stage's stacks begin with. */
export const prefixOf = (stage: string): string => `iot-to-model-${stage}-factory-`;

/** Writes a cloud assembly of a stage, with these stacks by the last part of their names. @returns its directory */
export function assemblyOf(stacks: Readonly<Record<string, StackFixture>>, stage = 'dev'): string {
  count += 1;
  const directory = join(root, String(count));
  mkdirSync(directory);
  const artifacts = Object.fromEntries(
    Object.entries(stacks).map(([name, stack]) => [
      `${prefixOf(stage)}${name}`,
      {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: `${name}.template.json`, terminationProtection: stack.protected ?? false },
      },
    ]),
  );
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { ...artifacts, Tree: { type: 'cdk:tree' } } }));
  for (const [name, { resources }] of Object.entries(stacks)) {
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify({ Resources: resources }));
  }
  return directory;
}
