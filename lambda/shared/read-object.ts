import type { Lake } from './lake';

/** All bytes of an object; undefined when there is none of that key. */
export async function readObject(lake: Lake, key: string): Promise<Uint8Array | undefined> {
  const object = (await lake.list(key)).find((each) => each.key === key);
  return object === undefined ? undefined : new Uint8Array(await lake.read(key, 0, object.size));
}
