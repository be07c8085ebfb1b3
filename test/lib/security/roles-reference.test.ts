import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultDomain, domainNamed } from '../../../domains';
import { rolesReference } from '../../../lib/security/roles-reference';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { buildFixture } from '../build-fixture';
import { templatesOf } from '../templates';

describe('docs/roles.md', () => {
  it('is what the roles of prod may do; npm run docs writes it', () => {
    const pipeline = buildFixture({ context: { stage: 'prod' }, domain: domainNamed(defaultDomain) });
    const templates = Object.fromEntries(templatesOf(pipeline).map(({ name, resources }) => [name, { Resources: resources }]));
    expect(readFileSync(join(projectRoot, 'docs/roles.md'), 'utf8')).toBe(rolesReference('prod', templates));
  });
});
