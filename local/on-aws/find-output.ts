import { paginateDescribeStacks, type CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { UsageError } from '../cli/usage-error';

/** Stacks of an account's region, page by page. */
export type Stacks = () => AsyncIterable<readonly Pick<Stack, 'StackName' | 'Outputs'>[]>;

/** Needs cloudformation:DescribeStacks. */
export function stacksOn(client: CloudFormationClient): Stacks {
  return async function* () {
    for await (const { Stacks: stacks = [] } of paginateDescribeStacks({ client }, {})) {
      yield stacks;
    }
  };
}

/** An output of a stack of the pipeline. */
export interface WantedOutput {
  readonly stage: string;
  readonly domain: string;
  /** What stands at the end of the stack's name: `training`. */
  readonly stack: string;
  /** The output's key: `WorkflowArn`. */
  readonly output: string;
}

/**
 * The value of a stack's output. The app's name may be a fork's own; the rest of the stack's name is known.
 *
 * @throws UsageError when no stack has it, or more than one
 */
export async function findOutput(stacks: Stacks, { domain, output, stack, stage }: WantedOutput): Promise<string> {
  const ending = `-${stage}-${domain}-${stack}`;
  const found: { readonly name: string; readonly value: string }[] = [];
  for await (const page of stacks()) {
    for (const { Outputs = [], StackName: name = '' } of page) {
      const value = Outputs.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
      if (name.endsWith(ending) && value !== undefined) {
        found.push({ name, value });
      }
    }
  }
  const [first] = found;
  if (first === undefined) {
    throw new UsageError(
      `no stack <app>${ending} with the output ${output} is in this account and region: deploy it with npm run deploy -- --stage ${stage}, ` +
        'or say by AWS_REGION and --profile where it is',
    );
  }
  if (found.length > 1) {
    throw new UsageError(`${found.map(({ name }) => name).join(' and ')} are both of stage ${stage} and domain ${domain}`);
  }
  return first.value;
}
