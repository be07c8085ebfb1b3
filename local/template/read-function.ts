import { statSync } from 'node:fs';
import type { FileAsset } from './assembly';
import type { PipelineFunction } from './pipeline';
import type { TemplateResource } from './resource';

/** Lambda's settings when the template says nothing. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
const defaults = { timeoutSeconds: 3, memoryMiB: 128 } as const;

/**
 * Why a function cannot run here; undefined when it can. Such functions belong to the deployment, custom resources for instance,
 * so they do not stop the run; one that the pipeline calls is missed when it is called.
 */
export function functionObstacle(resource: TemplateResource): string | undefined {
  if (resource.get('PackageType').text('Zip') !== 'Zip') {
    return 'its code is a container image';
  }
  const runtime = resource.get('Runtime').text('');
  if (!runtime.startsWith('nodejs')) {
    return `its runtime is ${runtime || 'not given'}, not Node.js`;
  }
  if (resource.get('Code', 'ZipFile').present) {
    return 'its code stands in the template';
  }
  if (resource.get('Layers').list().length > 0) {
    return 'it uses layers';
  }
  const asset = codeAsset(resource);
  if (asset === undefined) {
    return 'its code is no asset of the assembly';
  }
  return statSync(asset.path, { throwIfNoEntry: false })?.isDirectory() === true ? undefined : 'its code is no directory';
}

/** A function that `functionObstacle` has nothing against. */
export function readFunction(resource: TemplateResource): PipelineFunction {
  const code = resource.get('Code');
  const asset = codeAsset(resource) ?? code.invalid('the code is no asset of the assembly');
  return {
    name: resource.name,
    arn: resource.attribute('Arn'),
    assetDirectory: asset.path,
    handler: resource.get('Handler').text(),
    timeoutSeconds: resource.get('Timeout').number(defaults.timeoutSeconds),
    memoryMiB: resource.get('MemorySize').number(defaults.memoryMiB),
    environment: Object.fromEntries(
      resource
        .get('Environment', 'Variables')
        .entries()
        .map(([name, value]) => [name, value.text()]),
    ),
  };
}

function codeAsset(resource: TemplateResource): FileAsset | undefined {
  const key = resource.get('Code', 'S3Key').optionalText();
  return key === undefined ? undefined : findFileAsset(resource, key);
}

/** The asset that would be uploaded under an object key. */
export function findFileAsset(resource: TemplateResource, key: string): FileAsset | undefined {
  return resource.stack.files.find(({ objectKeys }) => objectKeys.some((one) => resource.substitute(one) === key));
}
