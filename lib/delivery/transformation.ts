import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { DeliveryConfig } from '../config/pipeline-config';

/** How long Firehose gathers records for the function, in seconds, before it gathers rows for a file. */
const processorBufferSeconds = 60;

/**
 * Firehose's own defaults, written down: a batch for the function when 1 MB or 60 s have come in, and three more attempts. The
 * function's answer may have 6 MB, and rows are longer as JSON than as CSV, so the batch must not be larger.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const processorParameters = {
  BufferSizeInMBs: '1',
  BufferIntervalInSeconds: String(processorBufferSeconds),
  NumberOfRetries: '3',
} as const;

export function transformation(functionArn: string): CfnDeliveryStream.ProcessingConfigurationProperty {
  const parameters = Object.entries({ LambdaArn: functionArn, ...processorParameters });
  return {
    enabled: true,
    processors: [
      {
        type: 'Lambda',
        parameters: parameters.map(([parameterName, parameterValue]) => ({ parameterName, parameterValue })),
      },
    ],
  };
}

/** The longest that an accepted row waits in Firehose before its file is written, in seconds. */
export function deliveryDelaySeconds({ bufferIntervalSeconds, csvIntake }: DeliveryConfig): number {
  return bufferIntervalSeconds + (csvIntake ? processorBufferSeconds : 0);
}
