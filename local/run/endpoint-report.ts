import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { endpointsOf } from './endpoints';
import type { LocalAws } from './local-aws';
import { rowLine, textLine } from './table-lines';

/** What answers requests when a run has ended: a part of `<out>/report.json`. */
export type EndpointReport =
  | {
      readonly name: string;
      /** As SageMaker has it: `InService`, `Failed`, … */
      readonly status: string;
      /** The version of the model in the registry that it serves, or was to serve. */
      readonly modelVersion: number;
      /** Why it failed, the last time. @default - nothing is wrong */
      readonly failureReason?: string;
    }
  | { readonly name: string; readonly status: 'none' };

/** Looks at the endpoint, and at which version of the model it serves. */
export async function endpointReport(
  { environmentOf }: Pick<LocalAws, 'environmentOf'>,
  EndpointName: string,
): Promise<EndpointReport> {
  const client = new SageMakerClient(endpointsOf(environmentOf('local'))('sagemaker'));
  try {
    const { EndpointConfigName, EndpointStatus, FailureReason } = await client.send(
      new DescribeEndpointCommand({ EndpointName }),
    );
    const { ProductionVariants } = await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    const { PrimaryContainer } = await client.send(new DescribeModelCommand({ ModelName: ProductionVariants?.[0]?.ModelName }));
    return {
      name: EndpointName,
      status: EndpointStatus ?? '',
      // The ARN of a version ends in its number.
      modelVersion: Number(PrimaryContainer?.ModelPackageName?.split('/').at(-1)),
      ...(FailureReason !== undefined && { failureReason: FailureReason }),
    };
  } catch (error: unknown) {
    if (error instanceof Error && error.message.startsWith('Could not find endpoint "')) {
      return { name: EndpointName, status: 'none' };
    }
    throw error;
  } finally {
    client.destroy();
  }
}

/** What answers, as a person reads it. */
export function endpointLines(report: EndpointReport): readonly string[] {
  if (!('modelVersion' in report)) {
    return ['Endpoint', textLine('none', `no model is approved that ${report.name} could serve`)];
  }
  const { failureReason, modelVersion, name, status } = report;
  return [
    'Endpoint',
    rowLine(status === 'InService' ? 'in service' : status, `version ${modelVersion}`, name),
    ...(failureReason === undefined ? [] : [textLine('last failure', failureReason)]),
  ];
}

/** Whether the endpoint answers by a version of the model. */
export function isServing(report: EndpointReport, version: number | undefined): boolean {
  return report.status === 'InService' && 'modelVersion' in report && report.modelVersion === version;
}
