import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TemplateError } from './template-error';

/** A resource as it stands in a template: intrinsic functions not yet evaluated. */
export interface RawResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  /** The name of the condition under which the resource exists. */
  readonly Condition?: string;
}

/** A CloudFormation template. */
export interface Template {
  readonly Resources?: Readonly<Record<string, RawResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>>;
}

/** A directory or a file that a deployment would upload to the bootstrap bucket. */
export interface FileAsset {
  /** Absolute path in the assembly. */
  readonly path: string;
  /** `zip`: a directory, uploaded as an archive. `file`: a file, uploaded as it is. */
  readonly packaging: string;
  /** Keys in the bootstrap bucket, pseudo parameters not yet replaced. */
  readonly objectKeys: readonly string[];
}

/** A directory from which a deployment would build a container image. */
export interface ImageAsset {
  /** Absolute path of the build context. */
  readonly directory: string;
  /** The Dockerfile's path in the build context. */
  readonly dockerfile: string;
  /** Tags in the bootstrap repository. */
  readonly imageTags: readonly string[];
}

/** One stack of the assembly with its assets. */
export interface Stack {
  /** The stack's name in CloudFormation. */
  readonly name: string;
  readonly template: Template;
  readonly files: readonly FileAsset[];
  readonly images: readonly ImageAsset[];
}

/** What `cdk synth` made. */
export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly Stack[];
}

interface Artifact {
  readonly type: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
  };
  readonly dependencies?: readonly string[];
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: string };
        readonly destinations?: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
  readonly dockerImages?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly directory?: string; readonly dockerFile?: string };
        readonly destinations?: Readonly<Record<string, { readonly imageTag: string }>>;
      }
    >
  >;
}

/**
 * Reads a cloud assembly (`cdk.out`): its manifest, the template of each stack and the asset manifests. Assemblies of stages
 * inside it are read too.
 *
 * @throws TemplateError (InvalidAssembly) when a file is missing or is not JSON
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
 */
export function readAssembly(directory: string): Assembly {
  const root = resolve(directory);
  return { directory: root, stacks: readStacks(root) };
}

function readStacks(directory: string): Stack[] {
  const manifest = readJson(join(directory, 'manifest.json')) as { readonly artifacts?: Readonly<Record<string, Artifact>> };
  const artifacts = manifest.artifacts ?? {};
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const { templateFile, stackName, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      return readStacks(join(directory, directoryName));
    }
    if (artifact.type !== 'aws:cloudformation:stack' || templateFile === undefined) {
      return [];
    }
    const assetFiles = (artifact.dependencies ?? [])
      .map((dependency) => artifacts[dependency])
      .filter((dependency) => dependency?.type === 'cdk:asset-manifest')
      .flatMap((dependency) => dependency?.properties?.file ?? []);
    const manifests = assetFiles.map((file) => readJson(join(directory, file)) as AssetManifest);
    return [
      {
        name: stackName ?? id,
        template: readJson(join(directory, templateFile)),
        files: manifests.flatMap((assets) => fileAssets(directory, assets)),
        images: manifests.flatMap((assets) => imageAssets(directory, assets)),
      },
    ];
  });
}

function fileAssets(directory: string, manifest: AssetManifest): FileAsset[] {
  return Object.values(manifest.files ?? {}).flatMap(({ source, destinations }) =>
    source.path === undefined
      ? []
      : [
          {
            path: resolve(directory, source.path),
            packaging: source.packaging ?? 'file',
            objectKeys: Object.values(destinations ?? {}).map(({ objectKey }) => objectKey),
          },
        ],
  );
}

function imageAssets(directory: string, manifest: AssetManifest): ImageAsset[] {
  return Object.values(manifest.dockerImages ?? {}).flatMap(({ source, destinations }) =>
    source.directory === undefined
      ? []
      : [
          {
            directory: resolve(directory, source.directory),
            dockerfile: source.dockerFile ?? 'Dockerfile',
            imageTags: Object.values(destinations ?? {}).map(({ imageTag }) => imageTag),
          },
        ],
  );
}

function readJson(path: string): object {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) {
      return parsed;
    }
  } catch (error: unknown) {
    throw new TemplateError('InvalidAssembly', path, 'cannot be read; run `npx cdk synth` to make the cloud assembly', {
      cause: error,
    });
  }
  throw new TemplateError('InvalidAssembly', path, 'is not a JSON object');
}
