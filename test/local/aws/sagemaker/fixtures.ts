import { parquetWriteBuffer } from 'hyparquet-writer';
import type { CreateTrainingJobCommandInput } from '@aws-sdk/client-sagemaker';
import type { Matrix } from '../../../../local/aws/sagemaker/xgboost/matrix';

/** A seeded source of numbers from 0 to 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows of three features and a label that is easy to learn: 3·a + (b > 0.5 ? 2 : 0); c is noise. A tenth of c is missing. */
export function obviousRows(rows: number, seed: number): { readonly label: number; readonly features: readonly number[] }[] {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, () => {
    const [a, b, c] = [random(), random(), random()];
    return { label: 3 * a + (b > 0.5 ? 2 : 0), features: [a, b, random() < 0.1 ? Number.NaN : c] };
  });
}

/** As `obviousRows`, the label 1 when it is above 2.5. */
export function obviousClasses(rows: number, seed: number): ReturnType<typeof obviousRows> {
  return obviousRows(rows, seed).map(({ label, features }) => ({ label: label > 2.5 ? 1 : 0, features }));
}

export function matrixOf(rows: ReturnType<typeof obviousRows>): Matrix {
  const columns = rows[0]?.features.length ?? 0;
  return {
    rows: rows.length,
    columns,
    values: Float32Array.from(rows.flatMap(({ features }) => features)),
    labels: Float32Array.from(rows.map(({ label }) => label)),
  };
}

/** The Parquet file of such rows: label first, NaN as null. */
export function parquetOf(rows: ReturnType<typeof obviousRows>): Uint8Array {
  const names = ['a', 'b', 'c'];
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'label', data: rows.map(({ label }) => label), type: 'DOUBLE' },
        ...names.map((name, index) => ({
          name,
          data: rows.map(({ features }) => (Number.isNaN(features[index]) ? null : features[index])),
          type: 'DOUBLE' as const,
          nullable: true,
        })),
      ],
    }),
  );
}

/** A request that is right; tests change what they are about. */
export function trainingRequest(change: Partial<CreateTrainingJobCommandInput> = {}): CreateTrainingJobCommandInput {
  const channel = (name: string): NonNullable<CreateTrainingJobCommandInput['InputDataConfig']>[number] => ({
    ChannelName: name,
    ContentType: 'application/x-parquet',
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://lake/sets/${name}/`, S3DataDistributionType: 'FullyReplicated' },
    },
  });
  return {
    TrainingJobName: 'job-1',
    AlgorithmSpecification: {
      TrainingImage: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0',
      TrainingInputMode: 'File',
    },
    RoleArn: 'arn:aws:iam::000000000000:role/training',
    HyperParameters: { objective: 'reg:squarederror', num_round: '20', eta: '0.3', max_depth: '4', seed: '1' },
    InputDataConfig: [channel('train'), channel('validation')],
    OutputDataConfig: { S3OutputPath: 's3://lake/models' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    ...change,
  };
}
