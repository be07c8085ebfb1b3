/** What the package takes over from the project's own package.json. */
export interface ProjectManifest {
  readonly version: string;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The name that the package is imported by, as in the README's examples. */
export const packageName = 'iot-to-model-kcl';

/**
 * What the library imports. Its users make the clients and the registry themselves and pass them in, so these are peers: there has to
 * be one copy of each.
 */
export const peers = ['@aws-sdk/client-dynamodb', '@aws-sdk/client-kinesis', 'prom-client'] as const;

/** The faces of the package: the subpath, and the module behind it. */
export const faces = { '.': 'index', './testing': 'testing' } as const;

/**
 * The package.json of the package.
 *
 * @throws Error when the project does not name a version of a peer
 */
export function packageManifest({ dependencies, engines, license, version }: ProjectManifest): Readonly<Record<string, unknown>> {
  const peerDependencies = peers.map((name) => {
    const tested = dependencies[name];
    if (tested === undefined) {
      throw new Error(`${name} is not among the dependencies of the project`);
    }
    return [name, `^${tested}`] as const;
  });
  const conditions = (module: string): unknown => ({
    import: { types: `./esm/${module}.d.ts`, default: `./esm/${module}.js` },
    require: { types: `./cjs/${module}.d.ts`, default: `./cjs/${module}.js` },
  });
  return {
    name: packageName,
    version,
    description: 'A Kinesis Client Library in TypeScript: shards shared through leases in DynamoDB, without a JVM or a daemon.',
    keywords: ['aws', 'kinesis', 'kcl', 'consumer', 'lease', 'enhanced-fan-out', 'kpl'],
    license,
    engines,
    sideEffects: false,
    main: './cjs/index.js',
    types: './cjs/index.d.ts',
    exports: {
      ...Object.fromEntries(Object.entries(faces).map(([subpath, module]) => [subpath, conditions(module)])),
      './package.json': './package.json',
    },
    files: ['cjs', 'esm', 'docs'],
    peerDependencies: Object.fromEntries(peerDependencies),
  };
}
