import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/** The versions of the Java KCL that the tests run with. */
export const kclVersions = { '2.x': '2.7.2', '3.x': '3.5.1' } as const;

/** Java or Maven are not here, or cannot fetch or build what is needed. The message says which and what to do. */
export class ToolchainError extends Error {
  override readonly name = 'ToolchainError';
}

const javaFolder = path.join(__dirname, 'java');

/** What of the Java side can be run. */
export interface JavaSide {
  /** Arguments of `java` for one worker of the Java KCL of that version. */
  readonly workerArgs: (version: string) => readonly string[];
  /** Arguments of `java` for DynamoDB Local, without its options. */
  readonly dynamoDbArgs: readonly string[];
}

/** A worker has little to do; a small heap and one compiler keep many of them on one machine. */
const jvmArgs = ['-Xmx160m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * Fetches the Java KCL and DynamoDB Local from Maven Central and builds the workers; what is there already is used again.
 *
 * @param directory where built things are kept
 * @throws ToolchainError
 */
export async function prepareJava(directory: string, onStep: (text: string) => void): Promise<JavaSide> {
  await demand('java', ['-version'], 'a Java Development Kit, version 17 or later');
  await demand('javac', ['-version'], 'a Java Development Kit, version 17 or later');
  await demand('mvn', ['-version'], 'Apache Maven, version 3.6 or later');
  mkdirSync(directory, { recursive: true });
  const workers = new Map<string, string>();
  for (const version of Object.values(kclVersions)) {
    workers.set(version, await buildWorker(directory, version, onStep));
  }
  const dynamoDb = await dynamoDbClasspath(directory, onStep);
  return {
    workerArgs: (version) => {
      const classpath = workers.get(version);
      if (classpath === undefined) {
        throw new Error(`no worker was built for version ${version}`);
      }
      return [...jvmArgs, '-cp', classpath, 'interop.JavaWorker'];
    },
    dynamoDbArgs: [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      // The SQLite library lies beside the jars that Maven fetched.
      `-Djava.library.path=${nativeFolders(dynamoDb)}`,
      '-cp',
      dynamoDb,
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
    ],
  };
}

async function buildWorker(directory: string, version: string, onStep: (text: string) => void): Promise<string> {
  const out = path.join(directory, `worker-${version}`);
  const classpathFile = path.join(out, 'classpath');
  await onceFor(sourcesHash(), path.join(out, 'built-from'), async () => {
    onStep(`Maven: the Java KCL ${version}, and a worker built with it`);
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`];
    await maven(['-f', path.join(javaFolder, 'pom.xml'), `-Dkcl.version=${version}`, `-Dout=${out}`, ...goals]);
  });
  return `${path.join(out, 'classes')}${path.delimiter}${readFileSync(classpathFile, 'utf8').trim()}`;
}

async function dynamoDbClasspath(directory: string, onStep: (text: string) => void): Promise<string> {
  const out = path.join(directory, 'dynamodb-local');
  const classpathFile = path.join(out, 'classpath');
  await onceFor(sourcesHash(), path.join(out, 'built-from'), async () => {
    onStep('Maven: DynamoDB Local');
    const pom = path.join(javaFolder, 'dynamodb-local', 'pom.xml');
    await maven(['-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`]);
  });
  return readFileSync(classpathFile, 'utf8').trim();
}

/** Does something unless the stamp says that it has been done for the same sources. */
async function onceFor(hash: string, stamp: string, build: () => Promise<void>): Promise<void> {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  await build();
  writeFileSync(stamp, hash);
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(javaFolder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      hash.update(readFileSync(path.join(entry.parentPath, entry.name)));
    }
  }
  return hash.digest('hex');
}

/** The folders of a classpath in which native libraries lie. */
function nativeFolders(classpath: string): string {
  const natives = classpath.split(path.delimiter).filter((entry) => /\.(so|dylib|dll)$/.test(entry));
  return [...new Set(natives.map((entry) => path.dirname(entry)))].join(path.delimiter);
}

async function demand(command: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(command, args);
  } catch (error: unknown) {
    throw new ToolchainError(
      `${command} is not here: this test needs ${what}, on the PATH, and Maven Central within reach when it runs first.`,
      { cause: error },
    );
  }
}

async function maven(args: readonly string[]): Promise<void> {
  try {
    await run('mvn', ['-q', '-B', ...args]);
  } catch (error: unknown) {
    throw new ToolchainError(`Maven could not fetch or build the Java side:\n${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

/** Runs a command to its end. @throws Error with what it printed, when it cannot be run or fails */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(output.trim()))));
  });
}
