import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { UserError } from './user-error';

/** The container takes files from a channel's folder and two levels of folders below it, no deeper. */
const maxFolderDepth = 3;

/** The data files of a channel. */
export interface ChannelFiles {
  /** In the order of their names. */
  readonly files: readonly string[];
  /** Folders that lie too deep: the container logs a warning and does not load what is in them. */
  readonly tooDeep: readonly string[];
}

/**
 * The data files of a channel in File mode, as the container finds them: folders are flattened to a depth of three; names that
 * begin with an underscore are passed over.
 * @throws UserError for a hidden file
 * @see https://github.com/aws/sagemaker-xgboost-container (data_utils.py)
 */
export async function channelFiles(folder: string): Promise<ChannelFiles> {
  const files: string[] = [];
  const tooDeep: string[] = [];
  const visit = async (current: string, depth: number): Promise<void> => {
    if (depth > maxFolderDepth) {
      tooDeep.push(current);
      return;
    }
    const entries = await fs.readdir(current, { withFileTypes: true });
    for (const entry of entries) {
      const full = path.join(current, entry.name);
      if (entry.isDirectory()) {
        await visit(full, depth + 1);
      } else if (entry.name.startsWith('.')) {
        throw new UserError('Hidden file found in the data path! Remove that before training.');
      } else if (!entry.name.startsWith('_')) {
        files.push(full);
      }
    }
  };
  await visit(folder, 1);
  return { files: files.sort(), tooDeep };
}
