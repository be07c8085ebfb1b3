import { Stage, type Stack } from 'aws-cdk-lib';
import type { Pipeline } from '../../lib/pipeline';
import type { TemplateResource } from './build-fixture';

/** A template, as far as tests over all stacks look into it. */
export interface StackTemplate {
  /** The stack's name in `Pipeline`. */
  readonly name: keyof Pipeline;
  readonly stack: Stack;
  readonly text: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly outputs: Readonly<Record<string, object>>;
}

/** The templates of a pipeline, synthesized once. */
export function templatesOf(pipeline: Pipeline): readonly StackTemplate[] {
  const assembly = Stage.of(pipeline.foundation)?.synth();
  return Object.entries<Stack>({ ...pipeline }).map(([name, stack]) => {
    const template = assembly?.getStackArtifact(stack.artifactId).template as {
      readonly Resources?: StackTemplate['resources'];
      readonly Outputs?: StackTemplate['outputs'];
    };
    return {
      name: name as keyof Pipeline,
      stack,
      text: JSON.stringify(template),
      resources: template.Resources ?? {},
      outputs: template.Outputs ?? {},
    };
  });
}

/** A resource with the stack and the logical id that it has. */
export interface Found {
  readonly at: string;
  readonly resource: TemplateResource;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** All resources of some types, in every stack. */
export function resourcesOf(templates: readonly StackTemplate[], ...types: readonly string[]): readonly Found[] {
  return templates.flatMap(({ name, resources }) =>
    Object.entries(resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, resource]) => ({ at: `${name}/${id}`, resource, properties: resource.Properties })),
  );
}

/** Every object within a value that has a member of that name, with the member's value. */
export function membersNamed(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => membersNamed(item, name));
  }
  return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...membersNamed(inner, name),
  ]);
}
