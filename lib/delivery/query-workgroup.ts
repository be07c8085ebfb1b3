import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Domain } from '../../core/domain';
import type { PipelineConfig } from '../config/pipeline-config';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { SavedQueries } from './saved-queries';

export interface QueryWorkgroupProps {
  readonly config: PipelineConfig;
  readonly domain: Domain;
  readonly lake: Lake;
  /** The workgroup's name: Athena makes none up. */
  readonly name: string;
}

const gibibyte = 1024 ** 3;

/** An Athena workgroup that no client can talk out of its encryption, its place for results and its limit on what a query scans. */
export class QueryWorkgroup extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { config, domain, lake, name }: QueryWorkgroupProps) {
    super(scope, id);
    const workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name,
      description: `SQL over the lake of ${name}`,
      // One that a query has ever run in counts as full, and is not deleted without this. It holds no data, but the queries that
      // people have saved beside ours: where data is to stay they stay too, until somebody deletes the workgroup: docs/lake.md.
      // https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html
      recursiveDeleteOption: config.mayDestroyData,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: config.delivery.queryScanLimitGiB * gibibyte,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: lake.bucket.s3UrlForObject(lakeLayout.queryResults),
          encryptionConfiguration:
            lake.key === undefined ? { encryptionOption: 'SSE_S3' } : { encryptionOption: 'SSE_KMS', kmsKey: lake.key.keyArn },
        },
      },
    });
    new SavedQueries(this, 'Saved', { domain, lake, workgroup });
    this.name = workgroup.ref;
    this.arn = Stack.of(this).formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroup.ref });
  }
}
