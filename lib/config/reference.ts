import { commandLineKeys } from './command-line';
import { parseSettings } from './parse-settings';
import type { StageSettings } from './pipeline-config';
import { keyRows, shown, takes, type KeyRow } from './reference/key-rows';
import { code, table } from './reference/markdown';
import { rules } from './rules';
import { domainRules } from './rules/domain-rules';
import { discriminator, memberOf, settingsSchema, variantsOf, type SchemaNode } from './schema-node';
import { stages } from './stages';

/** The page `docs/configuration.md`: every key, rule and flag, as the code has them. */
export function configurationReference(): string {
  return [intro(), addingAStage, onTheCommandLine(), keys(settingsSchema()), acrossKeys()].join('\n\n') + '\n';
}

function intro(): string {
  return `# Configuration

<!-- Written by \`npm run docs\` from lib/config/; change it there. -->

A stage is a file of [\`lib/config/stages/\`](../lib/config/stages/) that says in what it differs from the defaults below. It is
typed, and checked as a whole before anything is built: when a key cannot be used, \`npx cdk synth\` says so for each, and ends.

${exampleError()
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}

There are no other settings: what is not here is the same in every stage.`;
}

/** What the app prints about settings like these. */
function exampleError(): string {
  const settings: StageSettings = { ingestion: { retentionHours: 12 }, network: { mode: 'new', availabilityZones: 1 } };
  try {
    parseSettings(settings);
    return '';
  } catch (error) {
    return `Configuration error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const addingAStage = `## A stage more

1. Write \`lib/config/stages/test.ts\`. The editor knows every key:

   \`\`\`ts
   import type { StageSettings } from '../pipeline-config';

   /** Where releases are tried, on a tenth of the fleet. */
   export const test: StageSettings = {
     account: '123456789012',
     region: 'eu-west-1',
     ingestion: { capacity: { mode: 'provisioned', shards: 2 }, retentionHours: 48 },
     consumer: { tasks: 1, maxTasks: 2 },
     monitoring: { emails: ['pipeline@example.com'] },
   };
   \`\`\`

2. Name it in \`lib/config/stages/index.ts\`.
3. \`npx cdk synth -c stage=test\`, and \`npm run docs\` for its column here.

A stage's name is part of the names of its stacks and tables: lower-case letters, digits and single hyphens, at most 12 characters.`;

function onTheCommandLine(): string {
  const rows = Object.entries(commandLineKeys).map(([key, { value, meaning, otherwise }]) => [
    code(`-c ${key}=${value}`),
    meaning,
    otherwise,
  ]);
  return `## On the command line

${table(['context', 'meaning', 'without it'], rows)}

Any other key is refused, unless it is one of the CDK's own, which have an \`@\` or a colon.`;
}

function keys(schema: SchemaNode): string {
  const sections = Object.entries(schema.properties ?? {});
  const isSection = ([, node]: [string, SchemaNode]): boolean => node.properties !== undefined || node.oneOf !== undefined;
  const general: SchemaNode = { properties: Object.fromEntries(sections.filter((entry) => !isSection(entry))) };
  return [
    `## Keys

${code('–')} stands for nothing: the key may be left out. Under a stage's name is what its file says; where it says nothing, the default holds.`,
    `### The pipeline as a whole\n\n${keyTable(keyRows(general), [])}`,
    ...sections.filter(isSection).map(([name, node]) => section(name, node)),
  ].join('\n\n');
}

function section(name: string, node: SchemaNode): string {
  const head = `### ${name}\n\n${node.description ?? ''}`;
  if (node.oneOf === undefined) {
    return `${head}\n\n${keyTable(keyRows(node), [name])}`;
  }
  const fallback = memberOf(node.default, discriminator);
  const variants = variantsOf(node).map(({ mode = '', node: variant }) => {
    const isChosen = (settings: StageSettings): boolean => (at(settings, [name, discriminator]) ?? fallback) === mode;
    const chosen = Object.entries(stages)
      .filter(([, settings]) => isChosen(settings))
      .map(([stage]) => code(stage));
    const uses = [...(mode === fallback ? ['the default'] : []), ...(chosen.length > 0 ? [`of ${chosen.join(' and ')}`] : [])];
    const title = `**${code(`mode: '${mode}'`)}**${uses.length > 0 ? ` (${uses.join(', ')})` : ''}: ${variant.properties?.[discriminator]?.description ?? ''}`;
    const rows = keyRows(variant);
    return rows.length === 0 ? title : `${title}\n\n${keyTable(rows, [name], isChosen)}`;
  });
  return [head, ...variants].join('\n\n');
}

/** @param applies whether the table is about a stage at all: one that chose another mode says nothing in it */
function keyTable(
  rows: readonly KeyRow[],
  section: readonly string[],
  applies: (settings: StageSettings) => boolean = () => true,
): string {
  return table(
    ['key', 'meaning', 'takes', 'default', ...Object.keys(stages)],
    rows.map(({ path, node, required, onlyIn }) => [
      code(path.join('.')),
      `${onlyIn === undefined ? '' : `In mode ${code(onlyIn)}. `}${node.description ?? ''}${node.source === undefined ? '' : ` ([AWS](${node.source}))`}`,
      takes(node),
      required ? '**required**' : shown(node.default),
      ...Object.values(stages).map((settings) => {
        const value = applies(settings) ? at(settings, [...section, ...path]) : undefined;
        return value === undefined ? '' : shown(value);
      }),
    ]),
  );
}

function at(settings: StageSettings, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => memberOf(value, key), settings);
}

function acrossKeys(): string {
  const sections = Object.entries({ ...rules, Domain: domainRules }).map(([section, list]) => {
    const asked = list.map(({ asks, because }) => `- ${asks}${because === undefined ? '' : `: ${because}`}.`);
    return `### ${section}\n\n${asked.join('\n')}`;
  });
  return ['## Rules across keys', ...sections].join('\n\n');
}
