import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { buildFixture } from './build-fixture';
import { exampleConfigurations } from './configurations';

/** What the library's validator found, as far as this test looks at it. */
interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly object[];
    readonly suppressedViolations?: readonly { readonly ruleName: string }[];
  }[];
}

describe('the library’s validator, which runs at the command line and not in other tests', () => {
  let withoutValidator: string | undefined;
  beforeAll(() => {
    withoutValidator = process.env['CDK_VALIDATION'];
    process.env['CDK_VALIDATION'] = 'true';
  });
  afterAll(() => {
    process.env['CDK_VALIDATION'] = withoutValidator;
  });

  // Of the examples the one that has most types of resource: the validator takes its time.
  it('has nothing to warn of', () => {
    const example = exampleConfigurations.find((one) => one.name === 'prod in Ireland');
    const pipeline = buildFixture({ settings: example?.settings ?? {}, ...(example && { domain: example.domain }) });
    const directory = Stage.of(pipeline.foundation)?.synth().directory ?? '';
    const { pluginReports } = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
    expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
    const suppressed = pluginReports.flatMap(({ suppressedViolations = [] }) => suppressedViolations);
    // What is acknowledged shows that the validator has run: a size in two rules of the lake's lifecycle.
    expect(suppressed.map(({ ruleName }) => ruleName)).toEqual(['W9003', 'W9003']);
  });
});
