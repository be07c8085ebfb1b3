import type { Dirent } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { besideFolder, keyOf, pathSegments } from './key-path';

/** The file of a key below a bucket's folder; undefined when there is none. */
export async function pathOfExisting(root: string, key: string): Promise<string | undefined> {
  const plain = path.join(root, ...pathSegments(key));
  for (const candidate of [plain, plain + besideFolder]) {
    if (await isFile(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

/** Makes the folders that a key's file needs, and gives its path. Files that stand where a folder must be are moved beside it. */
export async function makeRoom(root: string, key: string): Promise<string> {
  const segments = pathSegments(key);
  let folder = root;
  for (const segment of segments.slice(0, -1)) {
    folder = path.join(folder, segment);
    if (await isFile(folder)) {
      await fs.rename(folder, folder + besideFolder);
    }
  }
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, segments.at(-1) as string);
  const marked = file + besideFolder;
  return (await isFolder(file)) || (await isFile(marked)) ? marked : file;
}

/** Removes folders that have become empty, from `folder` up to but without `root`. */
export async function pruneEmptyFolders(root: string, folder: string): Promise<void> {
  for (let current = folder; current !== root && current.startsWith(root); current = path.dirname(current)) {
    try {
      await fs.rmdir(current);
    } catch (error: unknown) {
      if (isCode(error, 'ENOTEMPTY') || isCode(error, 'EEXIST') || isCode(error, 'ENOENT')) {
        return;
      }
      throw error;
    }
  }
}

/** Every key below a bucket's folder that starts with `prefix`, and its file. Reads only the folders that can hold such keys. */
export async function objectFiles(root: string, prefix: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const above = prefix.split('/').slice(0, -1).join('/');
  const start = above === '' ? [] : pathSegments(above);
  await walk(root, [...start], prefix, files);
  return files;
}

async function walk(root: string, folder: string[], prefix: string, files: Map<string, string>): Promise<void> {
  for (const entry of await entries(path.join(root, ...folder))) {
    const segments = [...folder, entry.name];
    if (entry.isDirectory()) {
      // The keys below a folder start with its own key and a slash.
      const name = keyOf([...segments, 'x']).slice(0, -1);
      if (name.startsWith(prefix) || prefix.startsWith(name)) {
        await walk(root, segments, prefix, files);
      }
    } else if (entry.isFile()) {
      const key = keyOf(segments);
      if (key.startsWith(prefix)) {
        files.set(key, path.join(root, ...segments));
      }
    }
  }
}

async function entries(folder: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(folder, { withFileTypes: true });
  } catch (error: unknown) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) {
      return [];
    }
    throw error;
  }
}

async function isFile(candidate: string): Promise<boolean> {
  return (await fs.stat(candidate).catch(() => undefined))?.isFile() === true;
}

async function isFolder(candidate: string): Promise<boolean> {
  return (await fs.stat(candidate).catch(() => undefined))?.isDirectory() === true;
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
