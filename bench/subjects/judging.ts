import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { factory } from '../../domains/factory/domain';
import { judgeModel } from '../../lambda/judge-model/logic';
import { featuresHash } from '../../lambda/shared/features-hash';
import type { Lake, LakeObject } from '../../lambda/shared/lake';
import { packageMetadata, type ModelRegistry } from '../../lambda/shared/model-registry';

/** What the subject is told: the folder that stands for the lake. */
export interface JudgingAssignment {
  readonly directory: string;
}

/** What it prints. */
export interface JudgingMeasurement {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMiB: number;
}

/** A folder as the lake. */
class FolderLake implements Lake {
  readonly bucket = 'lake';

  constructor(private readonly directory: string) {}

  async list(prefix: string): Promise<readonly LakeObject[]> {
    const names = await readdir(this.directory, { recursive: true });
    const keys = names.filter((name) => name.startsWith(prefix)).sort();
    const found = await Promise.all(keys.map(async (key) => ({ key, of: await stat(path.join(this.directory, key)) })));
    return found.filter(({ of }) => of.isFile()).map(({ key, of }) => ({ key, size: of.size, etag: '' }));
  }

  async read(key: string, start: number, end: number): Promise<ArrayBuffer> {
    const file = await open(path.join(this.directory, key));
    try {
      const bytes = new Uint8Array(end - start);
      await file.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    } finally {
      await file.close();
    }
  }

  async folders(prefix: string): Promise<readonly string[]> {
    const entries = await readdir(path.join(this.directory, prefix), { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [`${prefix}${entry.name}/`] : [])).sort();
  }

  async readText(key: string): Promise<string | undefined> {
    return readFile(path.join(this.directory, key), 'utf8');
  }

  async writeJson(key: string, text: string): Promise<void> {
    await writeFile(path.join(this.directory, key), text);
  }

  async writeBytes(key: string, bytes: Uint8Array): Promise<void> {
    await writeFile(path.join(this.directory, key), bytes);
  }

  async writeHtml(key: string, text: string): Promise<void> {
    await this.writeJson(key, text);
  }

  async writeNew(key: string, text: string): Promise<'created'> {
    await writeFile(path.join(this.directory, key), text, { flag: 'wx' });
    return 'created';
  }
}

/** A group with one model in use. */
function registry(): Pick<ModelRegistry, 'group' | 'versions'> {
  const model = {
    arn: 'arn:current',
    version: 1,
    approval: 'Approved',
    modelUri: 's3://lake/models/current/model.tar.gz',
    metadata: { [packageMetadata.featuresHash]: featuresHash(factory.trainingSet.features) },
  } as const;
  return {
    group: 'bench',
    async *versions() {
      yield model;
    },
  };
}

async function main(): Promise<void> {
  const { directory } = JSON.parse(process.argv[2] ?? '') as JudgingAssignment;
  const started = performance.now();
  const { current } = await judgeModel(
    new FolderLake(directory),
    registry(),
    { domain: factory, modelPrefix: 'models/', rule: { approval: 'automatic', tolerance: 0 } },
    {
      plan: {
        status: 'ready',
        jobName: 'candidate',
        window: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-20T00:00:00.000Z' },
        cutoff: '2026-11-20T00:10:00.000Z',
        revision: 1,
        examplesPrefix: 's3://lake/sets/examples/',
        channels: { train: 's3://lake/none/', validation: 's3://lake/none/' },
        tests: ['test_devices'],
        manifestUri: 's3://lake/none',
        manifestHash: '',
        dataCardUri: 's3://lake/sets/data-card.json',
        dataCardPageUri: 's3://lake/sets/data-card.html',
        countsPrefix: 's3://lake/sets/run/counts/',
        inputsPrefix: 's3://lake/sets/run/inputs/',
      },
      record: { jobName: 'candidate', modelUri: 's3://lake/models/candidate/model.tar.gz' },
    },
  );
  if (current?.value == null) {
    throw new Error('the model in use was not compared');
  }
  const { user, system } = process.cpuUsage();
  const measurement: JudgingMeasurement = {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakRssMiB: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

void main();
