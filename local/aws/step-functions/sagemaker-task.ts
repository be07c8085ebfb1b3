import {
  DescribeEndpointCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  DescribeTrainingJobCommand,
  ListModelPackagesCommand,
  ListTrainingJobsCommand,
  type DescribeEndpointCommandInput,
  type DescribeHyperParameterTuningJobCommandInput,
  type DescribeModelPackageCommandInput,
  type DescribeModelPackageGroupCommandInput,
  type DescribeTrainingJobCommandInput,
  type ListModelPackagesCommandInput,
  type ListTrainingJobsCommandInput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { sdkCall, type SendRequest } from './sdk-task';
import type { TaskHandler } from './task-handler';

/** Bounds of lists, of whatever kind. */
const instants = ['CreationTimeAfter', 'CreationTimeBefore', 'LastModifiedTimeAfter', 'LastModifiedTimeBefore'];

/** What a state machine may ask SageMaker, by action: `arn:aws:states:::aws-sdk:sagemaker:<action>`. Requests are checked by the service. */
export function sageMakerReads(client: SageMakerClient): ReadonlyMap<string, TaskHandler> {
  const reads: Readonly<Record<string, SendRequest>> = {
    describeTrainingJob: (input, options) =>
      client.send(new DescribeTrainingJobCommand(input as unknown as DescribeTrainingJobCommandInput), options),
    describeHyperParameterTuningJob: (input, options) =>
      client.send(
        new DescribeHyperParameterTuningJobCommand(input as unknown as DescribeHyperParameterTuningJobCommandInput),
        options,
      ),
    listTrainingJobs: (input, options) =>
      client.send(new ListTrainingJobsCommand(input as ListTrainingJobsCommandInput), options),
    describeModelPackage: (input, options) =>
      client.send(new DescribeModelPackageCommand(input as unknown as DescribeModelPackageCommandInput), options),
    listModelPackages: (input, options) =>
      client.send(new ListModelPackagesCommand(input as ListModelPackagesCommandInput), options),
    describeEndpoint: (input, options) =>
      client.send(new DescribeEndpointCommand(input as unknown as DescribeEndpointCommandInput), options),
    describeModelPackageGroup: (input, options) =>
      client.send(new DescribeModelPackageGroupCommand(input as unknown as DescribeModelPackageGroupCommandInput), options),
  };
  return new Map(Object.entries(reads).map(([action, send]) => [action, sdkCall('SageMaker', send, instants)]));
}
