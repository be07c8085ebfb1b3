import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileOfModelArchive } from '../../core/model/model-archive';
import { parseDataCard } from '../../lambda/shared/data-card';
import type { Report } from '../../local/run/report';
import type { Made } from './compare';

/**
 * Reads what a run has made from its folder.
 * @throws Error when it has trained nothing
 */
export function readMade(out: string, { training: { job, reason, trainingSet } }: Report): Made {
  if (trainingSet === undefined || job === undefined) {
    throw new Error(`the run in ${out} has trained nothing: ${reason}`);
  }
  const card = parseDataCard(readFileSync(trainingSet.dataCard, 'utf8'), trainingSet.dataCard);
  const examples = path.join(out, 's3', card.examplesPrefix.replace('s3://', ''));
  return {
    rows: Object.fromEntries(Object.entries(trainingSet.splits).map(([split, { rows }]) => [split, rows])),
    contentHash: trainingSet.contentHash,
    filesHash: hashOfFiles(examples),
    modelHash: createHash('sha256')
      .update(fileOfModelArchive(readFileSync(job.model)))
      .digest('hex'),
  };
}

/** Of the bytes of all files of a folder, each with the folder that it lies in: the names of the files are random. */
function hashOfFiles(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hashes = files.map(({ name, parentPath }) => {
    const bytes = readFileSync(path.join(parentPath, name));
    return `${path.relative(directory, parentPath)} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}
