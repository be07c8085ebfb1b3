import { rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { prepareOutDirectory } from '../../../local/cli/out-directory';
import { UsageError } from '../../../local/cli/usage-error';
import { readRunFacts, writeRunFacts } from '../../../local/run/run-facts';

test('what a run leaves to be known is read as it was written, and never guessed', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'facts-'));
  const out = prepareOutDirectory(path.join(parent, 'run'));
  expect(() => readRunFacts(out)).toThrow(UsageError);
  writeRunFacts(out, { domain: 'factory', stage: 'dev', endTime: 5 });
  expect(readRunFacts(out)).toEqual({ domain: 'factory', stage: 'dev', endTime: 5 });
  writeFileSync(out.facts, '{"version":2}');
  expect(() => readRunFacts(out)).toThrow('has ended before it sent anything');
  out.release();
  rmSync(parent, { recursive: true });
});
