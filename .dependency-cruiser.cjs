/**
 * Which way imports run (docs/design.md, "Folders"). `npm run check:imports` holds every folder to it.
 * Each rule says what a folder may import from this project; anything else is an error.
 */
const may = (from, ...to) => ({
  name: `${from
    .replace(/[\^/]+/g, ' ')
    .trim()
    .replace(/ /g, '-')}-imports-only-what-it-may`,
  severity: 'error',
  from: { path: from },
  to: { path: '^(bin|core|domains|lib|lambda|consumer|local|bench|ops|test)/', pathNot: to.map((path) => `^${path}`) },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    may('^core/', 'core/'),
    may('^domains/', 'domains/', 'core/'),
    may('^consumer/kcl/', 'consumer/kcl/'),
    may('^consumer/pipeline/', 'consumer/pipeline/', 'consumer/kcl/', 'domains/', 'core/'),
    may('^consumer/[^/]+\\.ts$', 'consumer/', 'domains/', 'core/'),
    may('^lambda/', 'lambda/', 'domains/', 'core/'),
    may('^lib/', 'lib/', 'domains/', 'core/'),
    may('^bin/', 'lib/', 'domains/', 'core/'),
    may('^local/', 'local/', 'domains/', 'core/'),
    may('^ops/', 'ops/', 'lib/', 'domains/', 'core/'),
    may('^bench/', 'bench/', 'consumer/', 'lambda/', 'local/aws/', 'domains/', 'core/'),
    {
      name: 'the-client-library-is-used-by-its-public-face',
      severity: 'error',
      from: { path: '^consumer/', pathNot: '^consumer/kcl/' },
      to: { path: '^consumer/kcl/', pathNot: '^consumer/kcl/index\\.ts$' },
    },
    {
      name: 'runtime-never-imports-the-cdk',
      severity: 'error',
      from: { path: '^(core|domains|lambda|consumer|local)/' },
      to: { path: 'node_modules/(aws-cdk-lib|constructs|aws-cdk)/' },
    },
    {
      name: 'no-io-in-core-and-domains',
      severity: 'error',
      from: { path: '^(core|domains)/' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|net|http|https|http2|child_process|worker_threads|os)' },
    },
    {
      name: 'the-client-librarys-decisions-do-no-io',
      severity: 'error',
      from: { path: '^consumer/kcl/decisions/' },
      to: {
        path: '^consumer/kcl/(adapters|in-memory|metrics|ports|replay|runtime|simulator)/|node_modules|^(node:)?[a-z0-9_]+$',
      },
    },
    {
      name: 'the-client-librarys-runtime-has-layers',
      severity: 'error',
      from: { path: '^consumer/kcl/runtime/leasing/' },
      to: { path: '^consumer/kcl/runtime/(reading|fan-out|processing)/' },
    },
    {
      name: 'the-client-librarys-reading-knows-no-processor',
      severity: 'error',
      from: { path: '^consumer/kcl/runtime/(reading|fan-out)/' },
      to: { path: '^consumer/kcl/runtime/processing/' },
    },
    {
      name: 'the-client-librarys-adapters-know-no-runtime',
      severity: 'error',
      from: { path: '^consumer/kcl/(adapters|ports)/' },
      to: { path: '^consumer/kcl/(runtime|replay|metrics|simulator)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(cdk\\.out|\\.local|\\.out)/' },
  },
};
