import type { Domain } from '../core/domain';
import type { PipelineConfig } from '../lib/config/pipeline-config';
import { firstRecord } from './first-record';
import type { OpsOptions } from './options';
import type { Step } from './steps';
import type { Aftermath, Remains } from './what-stays';

/** What a deletion leaves and takes, in words. */
export function aftermathText({ stays, dataGoes, goes, protectedStacks, besides }: Aftermath): string {
  const others = Object.entries(goes).sort(([a], [b]) => a.localeCompare(b));
  return [
    stays.length === 0 ? 'No data stays.' : 'Stays, and goes on to cost money (delete it by hand when you no longer need it):',
    ...remains(stays),
    '',
    dataGoes.length === 0
      ? 'No data goes.'
      : 'Goes, with what is in it (a bucket must be empty, or its stack cannot be deleted):',
    ...remains(dataGoes),
    '',
    'Goes too:',
    ...inLines(others.map(([type, count]) => `${count} ${type.replace(/^AWS::/, '')}`)),
    ...(besides.length === 0 ? [] : ['', 'In no template, and stays:', ...besides.map((text) => `  ${text}`)]),
    ...(protectedStacks.length === 0
      ? []
      : [
          '',
          'Protected against deletion, and left as they are, with all that is in them:',
          ...protectedStacks.map((name) => `  ${name}`),
          'To delete one, lift its protection by hand: aws cloudformation update-termination-protection',
          '  --no-enable-termination-protection --stack-name NAME',
        ]),
    '',
  ].join('\n');
}

/** Widest line. */
const width = 100;

/** A list, as many of it in a line as fit. */
function inLines(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + part.length <= width) {
      lines[lines.length - 1] = `${last}, ${part}`;
    } else {
      lines.push(`  ${part}`);
    }
  }
  return lines;
}

function remains(all: readonly Remains[]): readonly string[] {
  const longest = Math.max(0, ...all.map(({ type }) => type.length));
  return all.map(({ type, stack, logicalId }) => `  ${type.padEnd(longest)}  ${stack} / ${logicalId}`);
}

/** The calls of the CDK, as somebody would type them. */
export function stepsText(steps: readonly Step[]): string {
  return steps.map(({ title, args }) => `  ${title.padEnd(28)} npx cdk ${args.join(' ')}\n`).join('');
}

/** What to do after a deployment. */
export function nextSteps(
  { stage, domain: name, profile }: OpsOptions,
  config: PipelineConfig,
  domain: Domain,
  now: number,
): string {
  const ingestion = `${config.appName}-${stage}-${name}-ingestion`;
  const record = firstRecord(domain, now);
  const as = profile === undefined ? '' : ` --profile ${profile}`;
  return [
    '',
    'Deployed. What to do next:',
    ...(config.monitoring.emails.length === 0
      ? ['- Nobody hears of alarms yet: set monitoring.emails or monitoring.topicArn in the stage.']
      : [`- Confirm the subscription that AWS has just mailed to ${config.monitoring.emails.join(', ')}.`]),
    ...(record === undefined
      ? ['- Put a first record on the stream; its name is the output StreamName.']
      : [
          '- Put a first record on the stream:',
          '',
          `    STREAM=$(aws cloudformation describe-stacks --stack-name ${ingestion}${as} --output text \\`,
          `      --query "Stacks[0].Outputs[?OutputKey=='StreamName'].OutputValue")`,
          `    aws kinesis put-record --stream-name "$STREAM" --partition-key ${record.partitionKey}${as} \\`,
          `      --cli-binary-format raw-in-base64-out --data '${record.json.replaceAll("'", "'\\''")}'`,
          '',
          `  It is in the lake after ${config.delivery.bufferIntervalSeconds} seconds.`,
        ]),
    ...(config.ingestion.iotCore ? ['- Register devices: docs/devices.md.'] : []),
    '- When something is wrong: docs/runbook.md.',
    '',
  ].join('\n');
}
