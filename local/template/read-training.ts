import { readFileSync } from 'node:fs';
import { isObject } from './evaluate';
import type { PipelineSchedule, PipelineStateMachine } from './pipeline';
import { findFileAsset } from './read-function';
import type { TemplateResource } from './resource';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
export function readStateMachine(machine: TemplateResource): PipelineStateMachine {
  const type = machine.get('StateMachineType').text('STANDARD');
  if (type !== 'STANDARD') {
    return machine.get('StateMachineType').notSupported(`state machine type ${type}`);
  }
  return { name: machine.name, arn: machine.attribute('Arn'), definition: readDefinition(machine) };
}

/** The definition stands in the template as an object or as text, or in a file of the assembly. */
function readDefinition(machine: TemplateResource): Readonly<Record<string, unknown>> {
  const substitutions = machine
    .get('DefinitionSubstitutions')
    .entries()
    .map(([name, value]) => [`\${${name}}`, value.text()] as const);
  const text = machine.get('Definition').present ? JSON.stringify(machine.get('Definition').value()) : definitionText(machine);
  const definition = parse(
    machine,
    substitutions.reduce((result, [placeholder, value]) => result.replaceAll(placeholder, () => value), text),
  );
  return isObject(definition) ? definition : machine.get('DefinitionString').invalid('the definition is not an object');
}

function definitionText(machine: TemplateResource): string {
  const location = machine.get('DefinitionS3Location');
  if (!location.present) {
    return machine.get('DefinitionString').text();
  }
  const key = location.get('Key').text();
  const asset =
    findFileAsset(machine, key) ?? location.get('Key').notSupported(`definition ${key}, which is not in the assembly,`);
  return readFileSync(asset.path, 'utf8');
}

function parse(machine: TemplateResource, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error: unknown) {
    return machine.get('DefinitionString').invalid(`the definition is not JSON: ${String(error)}`);
  }
}

/** Why a schedule has no counterpart here; undefined when it starts a state machine of the template. */
export function scheduleObstacle(schedule: TemplateResource, stateMachines: readonly PipelineStateMachine[]): string | undefined {
  const target = schedule.get('Target', 'Arn').text();
  return stateMachines.some(({ arn }) => arn === target)
    ? undefined
    : `its target is ${target}, not a state machine of the template`;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html */
export function readSchedule(schedule: TemplateResource): PipelineSchedule {
  return {
    name: schedule.name,
    arn: schedule.attribute('Arn'),
    stateMachineArn: schedule.get('Target', 'Arn').text(),
    input: schedule.get('Target', 'Input').text('{}'),
    expression: schedule.get('ScheduleExpression').text(),
    enabled: schedule.get('State').text('ENABLED') === 'ENABLED',
  };
}
