import * as path from 'node:path';
import {
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
  type ModelApprovalStatus,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { DuckDBInstance } from '@duckdb/node-api';
import { domainNamed } from '../../domains';
import { Cleanup } from '../../local/run/cleanup';
import { endpointReport, type EndpointReport } from '../../local/run/endpoint-report';
import { endpointsOf } from '../../local/run/endpoints';
import { openRun } from '../../local/run/open-run';

/** Some rows of a batch, and what the batch has made of them. */
export interface ScoredRows {
  /** A line each: the features in their order. */
  readonly csv: string;
  readonly predictions: readonly number[];
}

/** The first rows of a batch, by device and sequence. @param directory `--out` of the run */
export async function scoredRows(directory: string, batchId: string, domain: string, count: number): Promise<ScoredRows> {
  const lake = path.join(directory, 's3', '*');
  const rows = path.join(lake, 'scoring', 'rows', batchId, '*', '*');
  const predictions = path.join(lake, 'tables', 'predictions', '*', `${batchId}-*.parquet`);
  const { features } = domainNamed(domain).trainingSet;
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT prediction, ${features.map((name) => `"${name}"::DOUBLE`).join(', ')}
FROM read_parquet('${rows}') AS scored JOIN read_parquet('${predictions}', hive_partitioning = false) AS predicted USING (device_id, sequence)
ORDER BY device_id, sequence LIMIT ${count}`,
    );
    connection.closeSync();
    const found = reader.getRows();
    return {
      csv: found.map(([, ...values]) => values.map((value) => (value === null ? '' : String(value))).join(',')).join('\n'),
      predictions: found.map(([prediction]) => Number(prediction)),
    };
  } finally {
    instance.closeSync();
  }
}

/** The endpoint of an earlier run, for as long as `use` takes. */
export interface OpenEndpoint {
  /** Approves or rejects a version, and waits until the endpoint has followed. @returns what serves then */
  readonly decide: (version: number, approval: ModelApprovalStatus) => Promise<EndpointReport>;
  /** @returns a prediction per line */
  readonly invoke: (csv: string) => Promise<readonly number[]>;
}

/** Opens an earlier run's folder with its endpoint. @param directory `--out` of the run */
export async function withEndpoint(directory: string, use: (endpoint: OpenEndpoint) => Promise<void>): Promise<void> {
  const cleanup = new Cleanup();
  try {
    const { aws, pipeline, roles } = await openRun(directory, cleanup);
    const at = endpointsOf(aws.environment);
    const sageMaker = new SageMakerClient(at('sagemaker'));
    const runtime = new SageMakerRuntimeClient(at('sagemaker_runtime'));
    cleanup.add('clients', async () => [sageMaker, runtime].forEach((client) => client.destroy()));
    const EndpointName = roles.endpointName ?? '';
    const group = pipeline.modelPackageGroups[0]?.name;
    await aws.sageMaker.endpointsSettled();
    await use({
      decide: async (version, approval) => {
        const { ModelPackageSummaryList: versions = [] } = await sageMaker.send(
          new ListModelPackagesCommand({ ModelPackageGroupName: group, MaxResults: 100 }),
        );
        const ModelPackageArn = versions.find(({ ModelPackageArn: arn }) => arn?.endsWith(`/${version}`))?.ModelPackageArn;
        await sageMaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: approval }));
        await aws.bus.idle();
        return endpointReport(aws, EndpointName);
      },
      invoke: async (Body) => {
        const { Body: answer } = await runtime.send(new InvokeEndpointCommand({ EndpointName, ContentType: 'text/csv', Body }));
        return Buffer.from(answer).toString().trim().split('\n').map(Number);
      },
    });
  } finally {
    expect(await cleanup.run()).toEqual([]);
  }
}
