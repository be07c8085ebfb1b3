/**
 * Takes a file out of a `model.tar.gz`, which is how a training job leaves its model.
 *
 * A tar file is a row of blocks of 512 bytes. An entry is a header and, in whole blocks, its content; a header has the entry's name at 0
 * (100 bytes), its size in octal digits at 124 (12), a checksum at 148 (8), its type at 156 (`0` or NUL: a file), and at 345 (155) what
 * comes before the name. Two empty blocks, or the end, end the archive. Entries of other types are passed over; so are the headers that
 * carry names longer than 255 bytes.
 *
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
 */
import { gunzipSync } from 'node:zlib';
import { ModelFormatError } from './model-format-error';

/** The file that SageMaker's container of XGBoost writes. @see train.py of github.com/aws/sagemaker-xgboost-container */
export const modelFileName = 'xgboost-model';

/** What is taken of an archive that unpacks to no end: a model of 20,000 trees of depth 6 is about 90 MB. */
const defaultMaxBytes = 256 * 2 ** 20;

const block = 512;

/**
 * The content of a file of an archive: `xgboost-model`, or the file named.
 * @param maxBytes the most that the archive may unpack to @default 268435456 (256 MiB)
 * @throws ModelFormatError when the bytes are no such archive, unpack to more, or have no such file; then it names those that are there
 */
export function fileOfModelArchive(bytes: Uint8Array, name = modelFileName, maxBytes = defaultMaxBytes): Uint8Array {
  const archive = unzip(bytes, maxBytes);
  const names: string[] = [];
  for (let at = 0; at + block <= archive.length && archive[at] !== 0;) {
    const header = readHeader(archive.subarray(at, at + block));
    const start = at + block;
    if (header.size > archive.length - start) {
      throw new ModelFormatError(`the archive ends within ${header.name}`);
    }
    if (header.isFile) {
      if (header.name === name) {
        return archive.subarray(start, start + header.size);
      }
      names.push(header.name);
    }
    at = start + Math.ceil(header.size / block) * block;
  }
  throw new ModelFormatError(`no file ${name} in the archive; there is ${names.length === 0 ? 'none' : names.join(', ')}`);
}

function unzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error: unknown) {
    throw new ModelFormatError(`the archive cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function readHeader(header: Uint8Array): { readonly name: string; readonly size: number; readonly isFile: boolean } {
  const checksum = octal(header, 148, 8);
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== checksum) {
    throw new ModelFormatError('the archive is no tar file, or is damaged: the checksum of a header is wrong');
  }
  // The older format of GNU has other things there.
  const prefix = text(header, 257, 6) === 'ustar' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return {
    // Some tools write the folder that they stand in.
    name: `${prefix === '' ? '' : `${prefix}/`}${name}`.replace(/^\.\//, ''),
    size: octal(header, 124, 12),
    isFile: header[156] === 0 || header[156] === 0x30,
  };
}

/** Sizes from 8 GiB on are written in another way; none is that large here. */
function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]+$/.test(digits)) {
    throw new ModelFormatError('the archive is no tar file, or is damaged: a number in a header is not octal');
  }
  return parseInt(digits, 8);
}

function text(header: Uint8Array, start: number, length: number): string {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? bytes : bytes.subarray(0, end)));
}
