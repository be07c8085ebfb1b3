import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Domain } from '../../core/domain';
import type { PipelineConfig, StageSettings } from '../../lib/config/pipeline-config';
import { configurationOf, readConfiguration, type CommandLineContext } from '../../lib/config/read-configuration';
import { buildPipeline, type Pipeline } from '../../lib/pipeline';
import { projectRoot } from '../../lib/shared/node-bundle';
import { fixtureCode } from './fixture-code';
import { fixtureDomain } from './fixture-domain';

// Building takes a fraction of a second, and many times that on a busy machine.
jest.setTimeout(30_000);

/** A resource of a template, as far as tests look into it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface FixtureOptions {
  /** What `-c` sets. */
  readonly context?: CommandLineContext;
  /** A stage's file of its own, instead of the one that `context.stage` names; the stage is then called `example` unless it says another. */
  readonly settings?: StageSettings;
  /** Changes the stage's configuration. */
  readonly change?: (config: PipelineConfig) => PipelineConfig;
  readonly domain?: Domain;
}

const directory = mkdtempSync(join(tmpdir(), 'infrastructure-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The pipeline, built with the flags of cdk.json and with code that does nothing: what the stacks run has its own tests. */
export function buildFixture({
  context = {},
  settings,
  change = (config) => config,
  domain = fixtureDomain,
}: FixtureOptions = {}): Pipeline {
  const { context: flags } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    outdir: mkdtempSync(join(directory, 'out-')),
    context: flags,
    analyticsReporting: false,
    stackTraces: false,
    treeMetadata: false,
  });
  const config = settings === undefined ? readConfiguration(context) : configurationOf(stageOf(context), settings, context);
  return buildPipeline(app, { config: change(config), domain, code: fixtureCode(directory) });
}

function stageOf({ stage }: CommandLineContext): string {
  return typeof stage === 'string' ? stage : 'example';
}

/** The properties of each resource of a type, by logical id. */
export function propertiesOf(stack: Stack, type: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const found = Template.fromStack(stack).findResources(type) as Readonly<Record<string, TemplateResource>>;
  return Object.fromEntries(Object.entries(found).map(([id, resource]) => [id, resource.Properties]));
}

/** The properties of the only resource of a type whose logical id starts with `id`. */
export function onlyOne(stack: Stack, type: string, id = ''): Readonly<Record<string, unknown>> {
  const found = Object.entries(propertiesOf(stack, type)).filter(([logicalId]) => logicalId.startsWith(id));
  expect(found.map(([logicalId]) => logicalId)).toHaveLength(1);
  return found[0]?.[1] ?? {};
}

/** The template with the hashes of assets masked: they change with every edit of the code and every version of its packages. */
export function masked(stack: Stack): unknown {
  const text = JSON.stringify(Template.fromStack(stack).toJSON());
  return JSON.parse(text.replace(/[0-9a-f]{64}/g, '<hash>')) as unknown;
}
