import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from './usage-error';

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          terminationProtection: z.boolean().optional(),
        })
        .optional(),
    }),
  ),
});

const template = z.object({
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: z.record(z.string(), z.unknown()).default({}),
        DeletionPolicy: z.string().optional(),
      }),
    )
    .default({}),
});

export type TemplateResource = z.output<typeof template>['Resources'][string];

/** A stack as it was synthesized. */
export interface SynthesizedStack {
  readonly name: string;
  readonly terminationProtection: boolean;
  /** By logical id. */
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

/** Reads the stacks of a cloud assembly, the directory that `cdk synth` writes. @throws UsageError when it is none */
export function readAssembly(directory: string): readonly SynthesizedStack[] {
  try {
    return stacksIn(directory);
  } catch (error: unknown) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    throw new UsageError(`--assembly is ${JSON.stringify(directory)}; it must be what cdk synth wrote: ${why}`);
  }
}

function stacksIn(directory: string): readonly SynthesizedStack[] {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  return Object.entries(manifest.parse(read('manifest.json')).artifacts).flatMap(([id, { type, properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [
          {
            name: properties.stackName ?? id,
            terminationProtection: properties.terminationProtection ?? false,
            resources: template.parse(read(properties.templateFile)).Resources,
          },
        ]
      : [],
  );
}
