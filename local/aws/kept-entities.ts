import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/**
 * Things that a service remembers beyond its process: a JSON file each, in a folder of their own. A file is written beside and then
 * renamed, so that a process that is killed leaves the old state or the new one. Nothing is forced to the disk: after a power cut the
 * last writes may be missing.
 */
export class KeptEntities<Entity> {
  /**
   * @param folder made when it is not there. @default - nothing outlives the process
   * @param isEntity whether what a file holds is one
   */
  constructor(
    private readonly folder: string | undefined,
    private readonly isEntity: (value: unknown) => value is Entity,
  ) {
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
    }
  }

  /**
   * What earlier processes left, by the names of the files.
   * @throws Error that names a file that holds something else
   */
  load(): readonly Entity[] {
    const { folder } = this;
    if (folder === undefined) {
      return [];
    }
    return readdirSync(folder)
      .filter((name) => name.endsWith(extension))
      .sort()
      .map((name) => this.read(path.join(folder, name)));
  }

  /** @param key letters, digits and `. _ -`: the name of the file */
  save(key: string, entity: Entity): void {
    if (this.folder === undefined) {
      return;
    }
    const file = path.join(this.folder, `${key}${extension}`);
    writeFileSync(`${file}.new`, JSON.stringify(entity, null, 2));
    renameSync(`${file}.new`, file);
  }

  /** Forgets one; one that is not there is no error. */
  remove(key: string): void {
    if (this.folder !== undefined) {
      rmSync(path.join(this.folder, `${key}${extension}`), { force: true });
    }
  }

  private read(file: string): Entity {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!this.isEntity(value)) {
      throw new Error(`${file} holds nothing that this service has written`);
    }
    return value;
  }
}

const extension = '.json';
