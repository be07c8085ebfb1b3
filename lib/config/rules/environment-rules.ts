import type { PipelineConfig } from '../pipeline-config';
import { duplicateIn, partitionOf, refuse, type Rule } from './rule';

/** What the pipeline sets itself; a tag of the same name would hide it. */
export const ownTags = ['application', 'stage', 'domain'] as const;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, and for roles https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const maxTags = 50;

/** A key that holds an ARN, with its value. */
interface NamedArn {
  readonly key: string;
  readonly arn: string;
}

function keyArns({ encryption }: PipelineConfig): NamedArn[] {
  return encryption.mode === 'existing'
    ? [
        { key: 'encryption.streamKeyArn', arn: encryption.streamKeyArn },
        { key: 'encryption.lakeKeyArn', arn: encryption.lakeKeyArn },
        { key: 'encryption.operationsKeyArn', arn: encryption.operationsKeyArn },
      ]
    : [];
}

/** ARNs of what lies in a region. */
function regionalArns(config: PipelineConfig): NamedArn[] {
  const { provisioningHookArn } = config.ingestion;
  const { topicArn, pageTopicArn } = config.monitoring;
  return [
    ...keyArns(config),
    ...(provisioningHookArn === undefined ? [] : [{ key: 'ingestion.provisioningHookArn', arn: provisioningHookArn }]),
    ...(topicArn === undefined ? [] : [{ key: 'monitoring.topicArn', arn: topicArn }]),
    ...(pageTopicArn === undefined ? [] : [{ key: 'monitoring.pageTopicArn', arn: pageTopicArn }]),
  ];
}

/** ARNs of who may do something: they have a partition, and no region. */
function principalArns({ ingestion, lake }: PipelineConfig): NamedArn[] {
  return [
    ...ingestion.gatewayPrincipals.map((arn, index) => ({ key: `ingestion.gatewayPrincipals.${index}`, arn })),
    ...lake.readers.map((arn, index) => ({ key: `lake.readers.${index}`, arn })),
  ];
}

const partitionIn = (arn: string): string => arn.split(':')[1] ?? '';
const regionIn = (arn: string): string => arn.split(':')[3] ?? '';

/** Where the pipeline is, and what of it is named from outside. */
export const environmentRules: readonly Rule[] = [
  {
    asks: '`account` and `region` come together or not at all',
    check: ({ account, region }) => {
      if ((account === undefined) === (region === undefined)) {
        return undefined;
      }
      const missing = account === undefined ? 'account' : 'region';
      return refuse(missing, undefined, 'given too: account and region come together or not at all');
    },
  },
  {
    asks: 'Existing keys, topic and functions are in `region`, or all in one region when there is none',
    because: 'what uses them is there, and does not reach into another region',
    check: (config) => {
      const arns = regionalArns(config);
      const [first] = arns;
      const expected = config.region ?? (first && regionIn(first.arn));
      const wrong = arns.find(({ arn }) => regionIn(arn) !== expected);
      const reason = config.region === undefined ? `as ${first?.key ?? ''} is` : 'as region says';
      return wrong && refuse(wrong.key, wrong.arn, `in ${expected ?? ''}, ${reason}`);
    },
  },
  {
    asks: 'Every ARN is of the partition of `region`, when there is one, and all of one partition otherwise',
    because: 'an account of China or of GovCloud cannot be named from another partition',
    check: (config) => {
      const arns = [...regionalArns(config), ...principalArns(config)];
      const [first] = arns;
      const partition = config.region === undefined ? first && partitionIn(first.arn) : partitionOf(config.region);
      const wrong = arns.find(({ arn }) => partition !== undefined && partitionIn(arn) !== partition);
      return wrong && refuse(wrong.key, wrong.arn, `an ARN that begins with arn:${partition ?? ''}:`);
    },
  },
  {
    asks: `There are at most ${maxTags - ownTags.length} \`tags\`, none is called ${ownTags.join(', ')}, and no two differ only in upper and lower case`,
    because: `those are set already, a resource has at most ${maxTags}, and to IAM the tags of a role are the same in either case`,
    check: ({ tags }) => {
      const names = Object.keys(tags);
      const twice = duplicateIn([...ownTags, ...names].map((name) => name.toLowerCase())) - ownTags.length;
      const taken = names[twice];
      if (taken !== undefined) {
        const isOwn = (ownTags as readonly string[]).includes(taken.toLowerCase());
        return refuse(
          `tags.${taken}`,
          tags[taken],
          `left out: ${isOwn ? 'the pipeline sets this tag itself' : 'a tag of this name stands before'}`,
        );
      }
      const most = maxTags - ownTags.length;
      const count = names.length;
      return count > most ? refuse('tags', `${count} tags`, `at most ${most} tags`) : undefined;
    },
  },
  {
    asks: '`-c destroyData` needs `mayDestroyData`',
    check: ({ destroysData, mayDestroyData, stage }) =>
      destroysData && !mayDestroyData
        ? refuse('-c destroyData', stage, `left out: the stage ${stage} does not set mayDestroyData`)
        : undefined,
  },
];
