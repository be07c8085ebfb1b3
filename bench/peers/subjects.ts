import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Subject } from '../shared/compare';
import { environment, measure, runToEnd } from '../shared/run-subject';
import type { Assignment, Measurement } from '../shared/subject';
import { javaClasspath, multiLangClasspath } from './java';
import { usageOfTree } from './process-tree';

/** The versions that are measured. The KCL's 3.x needs indexes that the benchmark's DynamoDB (dynalite) does not have; its reading is that of 2.x. */
export const versions = { lifion: '1.3.3', awsKcl: '2.3.2', java: '2.7.2' } as const;

/** An npm package in a folder of its own: the peers are no part of this project. @returns the folder */
async function installed(directory: string, name: string, version: string): Promise<string> {
  const folder = path.join(directory, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
    cwd: folder,
  });
  return folder;
}

/** lifion-kinesis, the library for Node.js that comes nearest. */
export async function lifion(directory: string): Promise<Subject> {
  const cwd = await installed(directory, 'lifion-kinesis', versions.lifion);
  const program = path.join(__dirname, 'lifion.mjs');
  return { name: `lifion-kinesis ${versions.lifion}`, measure: (assignment) => measure(program, assignment, cwd) };
}

/** The KCL itself, in Java. */
export async function javaKcl(directory: string): Promise<Subject> {
  const classpath = await javaClasspath(versions.java, directory);
  return {
    name: `Java KCL ${versions.java}`,
    measure: async ({ dynamodb, kinesis, records, run, stream }) => {
      const settings = { STREAM: stream, APPLICATION: run, RECORDS: String(records) };
      const endpoints = { KINESIS_ENDPOINT: kinesis, DYNAMODB_ENDPOINT: dynamodb };
      return (await runToEnd(['-cp', classpath, 'bench.NoOpWorker'], {
        program: 'java',
        environment: { ...settings, ...endpoints },
      })) as Measurement;
    },
  };
}

/** What AWS gives to Node.js: the Java KCL as a daemon, with a Node.js process per shard that it speaks JSON with. */
export async function multiLang(directory: string): Promise<Subject> {
  const cwd = await installed(directory, 'aws-kcl', versions.awsKcl);
  const classpath = await multiLangClasspath(path.join(cwd, 'node_modules', 'aws-kcl'), directory);
  return {
    name: `MultiLangDaemon ${versions.java}, aws-kcl ${versions.awsKcl}`,
    measure: (assignment) => measureDaemon(assignment, classpath, cwd),
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function measureDaemon(assignment: Assignment, classpath: string, cwd: string): Promise<Measurement> {
  const { dynamodb, kinesis, records, run, stream } = assignment;
  const journal = path.join(cwd, `${run}.journal`);
  const properties = path.join(cwd, `${run}.properties`);
  writeFileSync(journal, '');
  writeFileSync(
    properties,
    [
      `executableName = ${process.execPath} ${path.join(__dirname, 'multilang-child.mjs')}`,
      `streamName = ${stream}`,
      `applicationName = ${run}`,
      'AwsCredentialsProvider = DefaultCredentialsProvider',
      'processingLanguage = nodejs',
      'initialPositionInStream = TRIM_HORIZON',
      'regionName = us-east-1',
      `kinesisEndpoint = ${kinesis}`,
      `dynamoDBEndpoint = ${dynamodb}`,
      'metricsLevel = NONE',
      'retrievalMode = POLLING',
      '',
    ].join('\n'),
  );
  const env = {
    ...environment(),
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    RECORDS: String(records),
    JOURNAL: journal,
  };
  const startedMs = performance.now();
  const daemon = spawn('java', ['-cp', classpath, 'software.amazon.kinesis.multilang.MultiLangDaemon', '-p', properties], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  daemon.stdout.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  daemon.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  let peakRssBytes = 0;
  let atFirstShard: number | undefined;
  try {
    for (;;) {
      await sleep(100);
      const usage = usageOfTree(daemon.pid ?? 0);
      peakRssBytes = Math.max(peakRssBytes, usage.rssBytes);
      const lines = readFileSync(journal, 'utf8').split('\n');
      if (lines[0] !== '') {
        // As with the others, what it takes to start is left out.
        atFirstShard ??= usage.cpuSeconds;
      }
      const [seen, bytes] = lines
        .filter((line) => /^[0-9]/.test(line))
        .map((line) => line.split(' ').map(Number))
        .reduce(([allRecords = 0, allBytes = 0], [n = 0, b = 0]) => [allRecords + n, allBytes + b], [0, 0]);
      if ((seen ?? 0) >= records) {
        const seconds = (performance.now() - startedMs) / 1000;
        return {
          records: seen ?? 0,
          bytes: bytes ?? 0,
          cpuSeconds: usage.cpuSeconds - (atFirstShard ?? 0),
          seconds,
          peakRssBytes,
        };
      }
      if (hasEnded(daemon)) {
        throw new Error(`the MultiLangDaemon ended before it had read everything:\n${said}`);
      }
    }
  } finally {
    // The daemon and the Node.js processes that it started are one process group.
    if (!hasEnded(daemon)) {
      process.kill(-(daemon.pid ?? 0), 'SIGKILL');
    }
  }
}
