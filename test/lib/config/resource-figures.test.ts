import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultDomain, domainNamed } from '../../../domains';
import { figuresOf, resourceReference, type TemplatesOfStage } from '../../../lib/config/reference/resource-figures';
import { stages } from '../../../lib/config/stages';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { buildFixture } from '../build-fixture';
import { templatesOf } from '../templates';

describe('docs/resources.md', () => {
  it('is what the templates hold; npm run docs writes it', () => {
    const domain = domainNamed(defaultDomain);
    const stacksOf = (stage: string): TemplatesOfStage =>
      Object.fromEntries(
        templatesOf(buildFixture({ context: { stage }, domain })).map(({ name, resources }) => [name, { Resources: resources }]),
      );
    const templates = Object.fromEntries(Object.keys(stages).map((stage) => [stage, stacksOf(stage)]));
    expect(readFileSync(join(projectRoot, 'docs/resources.md'), 'utf8')).toBe(resourceReference(templates));
  });

  it('counts what a role may do apart from who may take it on, and from what resources let others do', () => {
    const document = (statements: number) => ({
      Version: '2012-10-17',
      Statement: Array.from({ length: statements }, () => ({})),
    });
    expect(
      figuresOf({
        Resources: {
          Role: {
            Type: 'AWS::IAM::Role',
            Properties: {
              AssumeRolePolicyDocument: document(1),
              Policies: [{ PolicyDocument: document(2) }, { PolicyDocument: document(3) }],
            },
          },
          Attached: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: document(4) } },
          Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document(5) } },
          Queue: { Type: 'AWS::SQS::Queue' },
        },
      }),
    ).toEqual({ resources: 4, roles: 1, policies: 3, statements: 9, resourcePolicies: 1, resourceStatements: 5 });
  });
});
