import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandInput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { serviceError, type TaskHandler } from './task-handler';

/**
 * `arn:aws:states:::aws-sdk:sagemaker:describeTrainingJob`: the API's answer as it is; instants are ISO 8601 text.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function describeTrainingJob(client: SageMakerClient): TaskHandler {
  return async (input, { signal }) => {
    try {
      const command = new DescribeTrainingJobCommand(input as DescribeTrainingJobCommandInput);
      const job = await client.send(command, { abortSignal: signal });
      return JSON.parse(JSON.stringify({ ...job, $metadata: undefined })) as unknown;
    } catch (error: unknown) {
      throw serviceError('SageMaker', error);
    }
  };
}
