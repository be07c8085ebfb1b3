import { UsageError } from '../../../local/cli/usage-error';
import { findOutput, type Stacks } from '../../../local/on-aws/find-output';

const stack = (StackName: string, OutputKey = 'WorkflowArn') => ({
  StackName,
  Outputs: [{ OutputKey, OutputValue: `arn:${StackName}` }],
});
const pages = (...all: readonly (readonly ReturnType<typeof stack>[])[]): Stacks =>
  async function* () {
    yield* all;
  };
const wanted = { stage: 'dev', domain: 'factory', stack: 'training', output: 'WorkflowArn' };

describe('a stack’s output', () => {
  test('is found by the end of the stack’s name, on any page, whatever the app is called', async () => {
    const stacks = pages(
      [stack('app-dev-factory-consumer')],
      [stack('app-prod-factory-training'), stack('ours-dev-factory-training')],
    );
    expect(await findOutput(stacks, wanted)).toBe('arn:ours-dev-factory-training');
  });

  test.each([
    ['none', pages([stack('app-prod-factory-training')]), /no stack <app>-dev-factory-training with the output WorkflowArn/],
    ['one without it', pages([stack('app-dev-factory-training', 'Other')]), /npm run deploy -- --stage dev/],
    [
      'two',
      pages([stack('a-dev-factory-training'), stack('b-dev-factory-training')]),
      /a-dev-.* and b-dev-.* are both of stage dev/,
    ],
  ])('is not guessed: %s', async (_, stacks, message) => {
    await expect(findOutput(stacks, wanted)).rejects.toThrow(UsageError);
    await expect(findOutput(stacks, wanted)).rejects.toThrow(message);
  });
});
