import { mkdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { demandJava, maven, onceFor } from '../java/toolchain';

/** The versions of the Java KCL that the tests run with. */
export const kclVersions = { '2.x': '2.7.2', '3.x': '3.5.1' } as const;

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
  await demandJava();
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
  await onceFor(javaFolder, path.join(out, 'built-from'), async () => {
    onStep(`Maven: the Java KCL ${version}, and a worker built with it`);
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`];
    await maven(['-f', path.join(javaFolder, 'pom.xml'), `-Dkcl.version=${version}`, `-Dout=${out}`, ...goals]);
  });
  return `${path.join(out, 'classes')}${path.delimiter}${readFileSync(classpathFile, 'utf8').trim()}`;
}

async function dynamoDbClasspath(directory: string, onStep: (text: string) => void): Promise<string> {
  const out = path.join(directory, 'dynamodb-local');
  const classpathFile = path.join(out, 'classpath');
  await onceFor(javaFolder, path.join(out, 'built-from'), async () => {
    onStep('Maven: DynamoDB Local');
    const pom = path.join(javaFolder, 'dynamodb-local', 'pom.xml');
    await maven(['-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`]);
  });
  return readFileSync(classpathFile, 'utf8').trim();
}

/** The folders of a classpath in which native libraries lie. */
function nativeFolders(classpath: string): string {
  const natives = classpath.split(path.delimiter).filter((entry) => /\.(so|dylib|dll)$/.test(entry));
  return [...new Set(natives.map((entry) => path.dirname(entry)))].join(path.delimiter);
}
