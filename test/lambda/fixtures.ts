import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Domain } from '../../core/domain';
import type { Lake, LakeObject } from '../../lambda/shared/lake';

/** A lake in memory. */
export class MemoryLake implements Lake {
  readonly bucket = 'lake';
  readonly objects = new Map<string, Uint8Array>();
  /** Bytes that were asked for. */
  bytesRead = 0;
  /** What somebody else does, right before a document is written that must not be there yet. */
  beforeWriteNew: () => void = () => undefined;

  put(key: string, content: string | Uint8Array): this {
    this.objects.set(key, typeof content === 'string' ? Buffer.from(content) : content);
    return this;
  }

  async list(prefix: string): Promise<readonly LakeObject[]> {
    return [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, content]) => ({
        key,
        size: content.length,
        etag: `etag of ${Buffer.from(content).toString('base64').slice(0, 12)}`,
      }));
  }

  async read(key: string, start: number, end: number): Promise<ArrayBuffer> {
    const content = this.objects.get(key);
    if (content === undefined) {
      throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
    }
    this.bytesRead += end - start;
    return new Uint8Array(content.slice(start, end)).buffer;
  }

  async folders(prefix: string): Promise<readonly string[]> {
    const names = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key.indexOf('/', prefix.length) !== -1);
    return [...new Set(names.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)))].sort();
  }

  async readText(key: string): Promise<string | undefined> {
    return this.objects.has(key) ? this.text(key) : undefined;
  }

  async writeJson(key: string, text: string): Promise<void> {
    this.put(key, text);
  }

  async writeBytes(key: string, bytes: Uint8Array): Promise<void> {
    this.put(key, bytes);
  }

  async writeHtml(key: string, text: string): Promise<void> {
    this.put(key, text);
  }

  async writeNew(key: string, text: string): Promise<'created' | 'exists'> {
    this.beforeWriteNew();
    if (this.objects.has(key)) {
      return 'exists';
    }
    this.put(key, text);
    return 'created';
  }

  text(key: string): string {
    return Buffer.from(this.objects.get(key) ?? []).toString('utf8');
  }
}

/** A domain of one table, as small as can be trained on. */
export const domain: Domain = {
  name: 'pumps',
  doc: 'Pumps.',
  maxMessageBytes: 1024,
  clock: { aheadMs: 1000 },
  messages: {},
  tables: {
    readings: { doc: 'A reading.', columns: [{ name: 'flow', type: 'double', doc: 'Flow.' }] },
    repairs: { doc: 'A repair.', columns: [] },
  },
  process: (_message, state) => ({ rows: [], state }),
  trainingSet: {
    doc: 'A reading.',
    windowDays: 7,
    sql: ({ window: { start, end } }) => `SELECT d, flow, label FROM readings WHERE t >= ${start} AND t < ${end}`,
    scoringSql: () => 'SELECT d, flow FROM readings',
    holdOut: { testBuckets: 10, validationBuckets: 10 },
    baseline: { doc: 'The mean.', kind: 'mean' },
    label: 'label',
    features: ['flow', 'speed'],
    hyperparameters: { objective: 'reg:squarederror', num_round: '5' },
    objectiveMetric: 'validation:rmse',
  },
  reader: { format: 'none', open: () => ({ record: () => [] }) },
};

/** A Parquet file of numbers. */
export function parquet(columns: Readonly<Record<string, readonly number[]>>): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, data]) => ({ name, data: [...data], type: 'DOUBLE' })),
    }),
  );
}
