import type { ImageAsset } from './assembly';
import type { PipelineService } from './pipeline';
import type { TemplateResource, TemplateValue } from './resource';

/** Fargate's stop time-out, and ECS's count, when the template says nothing. */
const defaults = { stopTimeoutSeconds: 30, desiredCount: 1 } as const;

/** What a service refers to, or is referred to by. */
export interface AroundService {
  /** AWS::ECS::TaskDefinition. */
  readonly taskDefinitions: readonly TemplateResource[];
  /** AWS::ApplicationAutoScaling::ScalableTarget, of whatever service. */
  readonly scalableTargets: readonly TemplateResource[];
}

/**
 * A service whose task is one container, built from a directory of the assembly.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-containerdefinition.html
 */
export function readService(service: TemplateResource, { taskDefinitions, scalableTargets }: AroundService): PipelineService {
  const reference = service.get('TaskDefinition').text();
  const task =
    taskDefinitions.find((definition) => definition.reference() === reference) ??
    service.get('TaskDefinition').invalid(`no template has the task definition ${reference}`);
  const definitions = task.get('ContainerDefinitions');
  const [container, ...others] = definitions.list();
  if (container === undefined || others.length > 0) {
    return definitions.notSupported(`a task of ${others.length + (container === undefined ? 0 : 1)} containers`);
  }
  for (const option of ['Secrets', 'EnvironmentFiles', 'MountPoints']) {
    if (container.get(option).list().length > 0) {
      return container.get(option).notSupported(`container option ${option}`);
    }
  }
  const entryPoint = optionalTexts(container.get('EntryPoint'));
  const command = optionalTexts(container.get('Command'));
  const image = imageAsset(task, container.get('Image'));
  return {
    name: service.name,
    containerName: container.get('Name').text(),
    imageDirectory: image.directory,
    dockerfile: image.dockerfile,
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(command === undefined ? {} : { command }),
    environment: Object.fromEntries(
      container
        .get('Environment')
        .list()
        .map((variable) => [variable.get('Name').text(), variable.get('Value').text('')]),
    ),
    stopTimeoutSeconds: container.get('StopTimeout').number(defaults.stopTimeoutSeconds),
    desiredCount: Math.max(service.get('DesiredCount').number(defaults.desiredCount), leastTasks(service, scalableTargets)),
    memoryMiB: task.get('Memory').number(),
  };
}

/**
 * How many tasks scaling keeps up at least; 0 when the service does not scale. Here it stays there: nothing adds tasks on this machine.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
 */
function leastTasks(service: TemplateResource, scalableTargets: readonly TemplateResource[]): number {
  const target = scalableTargets.find(
    (one) =>
      one.get('ScalableDimension').text() === 'ecs:service:DesiredCount' &&
      one.get('ResourceId').text() === `service/${service.get('Cluster').text()}/${service.name}`,
  );
  return target?.get('MinCapacity').number() ?? 0;
}

function imageAsset(task: TemplateResource, image: TemplateValue): ImageAsset {
  const uri = image.text();
  const tag = uri.slice(uri.lastIndexOf(':') + 1);
  const found = task.stack.images.find(({ imageTags }) => imageTags.some((one) => task.substitute(one) === tag));
  return found ?? image.notSupported(`image ${uri}, which is not built from the assembly,`);
}

/** The entries of a list of texts; undefined when the template leaves the list out. */
function optionalTexts(value: TemplateValue): readonly string[] | undefined {
  return value.present ? value.list().map((entry) => entry.text()) : undefined;
}
