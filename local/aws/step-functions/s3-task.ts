import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from '@aws-sdk/client-s3';
import { sdkCall } from './sdk-task';
import type { TaskHandler } from './task-handler';

/**
 * `arn:aws:states:::aws-sdk:s3:listObjectsV2`: one page of a bucket. Contents is missing where nothing is listed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function listObjects(client: S3Client): TaskHandler {
  return sdkCall('S3', (input, options) =>
    client.send(new ListObjectsV2Command(input as unknown as ListObjectsV2CommandInput), options),
  );
}
