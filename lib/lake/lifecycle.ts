import { Duration, Size } from 'aws-cdk-lib';
import { StorageClass, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { PipelineConfig } from '../config/pipeline-config';
import { lakeLayout } from './lake-layout';

/** A smaller object in Standard-IA is billed as if it had this size: moved, it would cost more. https://aws.amazon.com/s3/pricing/ */
const smallestMoved = Size.kibibytes(128);

/** For how long the rows of a batch are kept: as long as a batch that was broken off may wait for somebody to repair what broke it. */
const rowsToScoreDays = 30;

/**
 * Smaller objects of training sets stay: data cards, manifests, closings, and lists of up to some 80,000 pinned files, by which a training
 * set is built again. A lifecycle rule cannot tell them from rows but by their size.
 */
export const smallestTrainingFile = Size.mebibytes(16);

/**
 * What becomes of the lake's objects with time. What can be made anew (query results, rows of training sets, models of trials, rows to score) or was to be repaired
 * (unconverted rows, quarantine) always goes; tables only when the configuration says so; models, and what they are made from, never.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function lakeLifecycle({
  lake,
  delivery,
  training,
}: Pick<PipelineConfig, 'lake' | 'delivery' | 'training'>): LifecycleRule[] {
  const expire = (id: string, prefix: string, days: number): LifecycleRule => ({ id, prefix, expiration: Duration.days(days) });
  return [
    expire('query-results', lakeLayout.queryResults, delivery.queryResultRetentionDays),
    expire('unconverted-rows', lakeLayout.allErrors, delivery.quarantineRetentionDays),
    expire('rows-to-score', lakeLayout.scoringRows, rowsToScoreDays),
    expire('quarantine', lakeLayout.quarantine, delivery.quarantineRetentionDays),
    {
      ...expire('rows-of-training-sets', lakeLayout.trainingSets, lake.trainingSetRetentionDays),
      objectSizeGreaterThan: smallestTrainingFile.toBytes(),
      // They are written once, and nobody wants them back.
      noncurrentVersionExpiration: Duration.days(1),
    },
    // As long as the rows that they are trained on: what they have found is kept with the model that followed.
    ...(training.tuning.maxJobs === 0 ? [] : [expire('models-of-trials', lakeLayout.trials, lake.trainingSetRetentionDays)]),
    ...(lake.infrequentAccessAfterDays === undefined
      ? []
      : [
          {
            id: 'old-files-of-tables',
            prefix: lakeLayout.allTables,
            objectSizeGreaterThan: smallestMoved.toBytes(),
            transitions: [
              {
                storageClass: StorageClass.INFREQUENT_ACCESS,
                transitionAfter: Duration.days(lake.infrequentAccessAfterDays),
              },
            ],
          },
        ]),
    ...(lake.expireAfterDays === undefined ? [] : [expire('files-of-tables', lakeLayout.allTables, lake.expireAfterDays)]),
    {
      id: 'superseded-versions-and-broken-uploads',
      // Without versioning too: a bucket that once had it still holds the versions of then.
      noncurrentVersionExpiration: Duration.days(lake.supersededVersionDays),
      abortIncompleteMultipartUploadAfter: Duration.days(7),
    },
  ];
}
