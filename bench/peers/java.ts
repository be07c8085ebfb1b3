import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a peer needs is not on this machine; the message says what. */
export class MissingTool extends Error {}

/** The classpath of `bench.NoOpWorker`, built with one version of the KCL by Maven. @throws MissingTool */
export async function javaClasspath(kclVersion: string, directory: string): Promise<string> {
  const out = path.join(directory, `java-${kclVersion}`);
  const pom = path.join(__dirname, 'java', 'pom.xml');
  const libraries = await classpathOf(pom, out, [`-Dkcl.version=${kclVersion}`, `-Dout=${out}`, 'compile']);
  return [path.join(out, 'classes'), libraries].join(path.delimiter);
}

/** The classpath of the MultiLangDaemon: the jars that the npm package aws-kcl lists. @throws MissingTool */
export async function multiLangClasspath(awsKcl: string, directory: string): Promise<string> {
  // Its list is a pom without a name, which Maven refuses; aws-kcl reads it by itself, and downloads jar by jar.
  const list = readFileSync(path.join(awsKcl, 'pom.xml'), 'utf8');
  const named = list.replace(
    '</modelVersion>',
    '$&<groupId>bench</groupId><artifactId>multilang</artifactId><version>1</version>',
  );
  const pom = path.join(directory, 'multilang-pom.xml');
  writeFileSync(pom, named);
  const libraries = await classpathOf(pom, path.join(directory, 'multilang'), []);
  const quiet = path.join(__dirname, 'java', 'src', 'main', 'resources');
  return [quiet, libraries].join(path.delimiter);
}

async function classpathOf(pom: string, out: string, more: readonly string[]): Promise<string> {
  for (const [command, argument, what] of [
    ['java', '-version', 'a Java Development Kit, version 17 or later'],
    ['mvn', '-version', 'Apache Maven, version 3.6 or later'],
  ] as const) {
    await run(command, [argument]).catch((error: unknown) => {
      throw new MissingTool(`${command} is not here: this needs ${what}, and Maven Central within reach.`, { cause: error });
    });
  }
  const file = `${out}.classpath`;
  await run('mvn', ['-q', '-B', '-f', pom, `-Dmdep.outputFile=${file}`, ...more, 'dependency:build-classpath']).catch(
    (error: unknown) => {
      const said = (error as { stdout?: string }).stdout ?? String(error);
      throw new MissingTool(`Maven could not fetch or build the Java side:\n${said}`, { cause: error });
    },
  );
  return readFileSync(file, 'utf8').trim();
}
