import { availableParallelism } from 'node:os';

// The SDK tells every process that runs on Node.js 20 that it will ask for 22 one day; once, in npm, is enough.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// The library's validator of templates takes seconds to start; whole syntheses, in CI, have it on.
process.env.CDK_VALIDATION = 'false';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // One more than cores on a small machine: the runs from end to end wait more than they compute.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // A busy machine is no failure: what hangs is found later, and nothing else.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/long-tests-first.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.(t|m?j)sx?$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Packages that ship ES modules only; everything else in node_modules is loaded as it is.
  transformIgnorePatterns: ['/node_modules/(?!(hyparquet|hyparquet-writer|hyparquet-compressors|aws-local-stepfunctions)/)'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local', '<rootDir>/.out'],
  injectGlobals: true,
};
