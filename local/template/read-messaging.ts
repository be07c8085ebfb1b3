import { InputError, targetInput, type InputSettings } from '../aws/events/target-input';
import { parsePattern, PatternError } from '../aws/events/pattern';
import type { Pipeline, PipelineEventRule, PipelineEventTarget, PipelineModelPackageGroup, PipelineTopic } from './pipeline';
import type { TemplateResource, TemplateValue } from './resource';

/** What a rule may call. */
export type Callable = Pick<Pipeline, 'functions' | 'stateMachines'>;

/** Why a topic has no counterpart here; undefined when it has. */
export function topicObstacle(topic: TemplateResource): string | undefined {
  return topic.get('FifoTopic').boolean(false) ? 'it is a FIFO topic' : undefined;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
export function readTopic(topic: TemplateResource): PipelineTopic {
  return { name: topic.name, arn: topic.attribute('TopicArn') };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-modelpackagegroup.html */
export function readModelPackageGroup(group: TemplateResource): PipelineModelPackageGroup {
  const description = group.get('ModelPackageGroupDescription').optionalText();
  return {
    name: group.name,
    arn: group.attribute('ModelPackageGroupArn'),
    ...(description !== undefined && { description }),
  };
}

/** Why a rule has no counterpart here; undefined when it calls something of the template. */
export function ruleObstacle(rule: TemplateResource, callable: Callable): string | undefined {
  if (!rule.get('EventPattern').present) {
    return 'it is a schedule, not a pattern of events';
  }
  const bus = rule.get('EventBusName').text('default');
  if (bus !== 'default') {
    return `it is a rule of the event bus ${bus}`;
  }
  if (rule.get('State').text('ENABLED') === 'DISABLED') {
    return 'it is disabled';
  }
  const obstacles = targetObstacles(rule, callable);
  return obstacles.length < rule.get('Targets').list().length ? undefined : obstacles.join('; ') || 'it has no targets';
}

/** Why targets of a rule are not called here. */
export function targetObstacles(rule: TemplateResource, callable: Callable): readonly string[] {
  return rule
    .get('Targets')
    .list()
    .filter((target) => kindOf(target, callable) === undefined)
    .map((target) => `its target ${target.get('Arn').text()} is neither a function nor a state machine of the template`);
}

/**
 * A rule that `ruleObstacle` has nothing against. Retries and dead letters of a target have no counterpart: nothing is tried again.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
 */
export function readRule(rule: TemplateResource, callable: Callable): PipelineEventRule {
  const pattern = rule.get('EventPattern');
  const value = pattern.value();
  understood(pattern, () => parsePattern(value));
  return {
    name: rule.name,
    arn: rule.attribute('Arn'),
    pattern: value,
    targets: rule
      .get('Targets')
      .list()
      .flatMap((target) => {
        const kind = kindOf(target, callable);
        return kind === undefined ? [] : [{ kind, arn: target.get('Arn').text(), input: readInput(target) }];
      }),
  };
}

function kindOf(target: TemplateValue, { functions, stateMachines }: Callable): PipelineEventTarget['kind'] | undefined {
  const arn = target.get('Arn').text();
  if (functions.some((one) => one.arn === arn)) {
    return 'function';
  }
  return stateMachines.some((one) => one.arn === arn) ? 'state-machine' : undefined;
}

function readInput(target: TemplateValue): InputSettings {
  const constant = target.get('Input').optionalText();
  const path = target.get('InputPath').optionalText();
  const transformer = target.get('InputTransformer');
  const settings: InputSettings = {
    ...(constant !== undefined && { constant }),
    ...(path !== undefined && { path }),
    ...(transformer.present && {
      transformer: {
        paths: Object.fromEntries(
          transformer
            .get('InputPathsMap')
            .entries()
            .map(([name, value]) => [name, value.text()]),
        ),
        template: transformer.get('InputTemplate').text(),
      },
    }),
  };
  understood(target, () => targetInput(settings));
  return settings;
}

/** Stops the run at this value when it asks for what the local EventBridge has not. */
function understood(value: TemplateValue, read: () => unknown): void {
  try {
    read();
  } catch (error: unknown) {
    if (error instanceof PatternError || error instanceof InputError) {
      value.invalid(error.message);
    }
    throw error;
  }
}
