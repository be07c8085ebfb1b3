import { constants, createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { FleetError } from './fleet-error';

/** Longest line that is read, in UTF-16 code units: far above the largest record that Kinesis takes. */
const maxLineLength = 16 * 1024 * 1024;

/** The first bytes of a file compressed with gzip (RFC 1952, section 2.3.1). */
const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** @throws FleetError `unreadable-file` for the first that is missing, no file, or may not be read */
export async function checkReadable(files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      const found = await stat(file);
      if (!found.isFile()) {
        throw new FleetError('unreadable-file', `cannot replay ${file}: it is not a file`);
      }
      await access(file, constants.R_OK);
    } catch (error: unknown) {
      throw error instanceof FleetError ? error : unreadable(file, error);
    }
  }
}

/**
 * The lines of a file, plain or compressed with gzip, without their line ends. Reads on only when the lines are asked for.
 * @throws FleetError `unreadable-file` when it cannot be read, or is compressed and damaged
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    const source = createReadStream(file, { highWaterMark: 256 * 1024 });
    // The callback is for errors, which reach the loop below as well.
    const stream = (await isGzip(file)) ? pipeline(source, createGunzip(), () => undefined) : source;
    const decoder = new TextDecoder('utf-8', { ignoreBOM: false });
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLineLength) {
        throw new FleetError('unreadable-file', `cannot replay ${file}: a line is longer than ${maxLineLength} characters`);
      }
      for (const line of lines) {
        yield line.endsWith('\r') ? line.slice(0, -1) : line;
      }
    }
    rest += decoder.decode();
    if (rest !== '') {
      yield rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    }
  } catch (error: unknown) {
    throw error instanceof FleetError ? error : unreadable(file, error);
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(gzipMagic.length), 0, gzipMagic.length, 0);
    return buffer.equals(gzipMagic);
  } finally {
    await handle.close();
  }
}

function unreadable(file: string, cause: unknown): FleetError {
  return new FleetError('unreadable-file', `cannot replay ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
}
