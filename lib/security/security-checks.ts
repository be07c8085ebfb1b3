import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { tuningNamePrefix } from '../training/tuning';
import { acknowledgements, type Acknowledgement } from './acknowledgements';

/** A rule that a resource does not meet. */
export interface Finding {
  /** `AwsSolutions-IAM5`, without what it found. */
  readonly rule: string;
  /** What the rule found, for rules that find several things on one resource: see `readableFinding`. Empty for the others. */
  readonly finding: string;
  /** Stack and path of the resource, without what differs between pipelines: `training/WorkflowRole`. */
  readonly where: string;
  /** In the rule's own words. */
  readonly description: string;
}

/** An acknowledgement, and the one of its rules that a finding was acknowledged by. */
export interface UsedAcknowledgement {
  readonly acknowledgement: Acknowledgement;
  readonly rule: string;
}

export interface SecurityReport {
  /** What no acknowledgement covers. */
  readonly open: readonly Finding[];
  readonly used: readonly UsedAcknowledgement[];
}

/**
 * Acknowledges what the table covers, on the constructs themselves, and reports the rest: what the rule packs find from then on.
 * Apply it to an app that has been synthesized, or to one that has not, and run the packs in the same state: synthesis replaces references
 * to other stacks, and with them the texts of findings.
 *
 * The table is matched after the findings are known, because the packs know a finding by its exact text, and that holds logical ids,
 * names and regions.
 *
 * @param scope the app, with all of its stacks
 */
export function acknowledgeFindings(scope: IConstruct): SecurityReport {
  const constructs = new Map(scope.node.findAll().map((construct) => [construct.node.path, construct]));
  const open: Finding[] = [];
  const used: UsedAcknowledgement[] = [];
  for (const pack of rulePacks(scope)) {
    for (const { ruleName, description, violatingResources } of pack.validateScope(scope).violations) {
      for (const { constructPath = '' } of violatingResources) {
        const finding = readableFinding(ruleName, constructPath, description);
        const acknowledgement = acknowledgements.find((one) => covers(one, finding));
        const construct = constructs.get(constructPath);
        if (acknowledgement === undefined || construct === undefined) {
          open.push(finding);
        } else {
          Validations.of(construct).acknowledge({ id: ruleName, reason: acknowledgement.reason });
          used.push({ acknowledgement, rule: finding.rule });
        }
      }
    }
  }
  return { open, used };
}

/** The rule packs that hold: AWS Solutions, and NIST 800-53 revision 5. */
export function rulePacks(scope: IConstruct): readonly [AwsSolutionsChecks, NIST80053R5Checks] {
  return [new AwsSolutionsChecks(scope), new NIST80053R5Checks(scope)];
}

/** Whether an acknowledgement is for a finding. */
export function covers({ rules, where, finding }: Acknowledgement, found: Finding): boolean {
  return rules.includes(found.rule) && where.test(found.where) && (finding ?? /^$/).test(found.finding);
}

/**
 * A finding without what differs between pipelines and regions: hashes of logical ids, the pipeline's prefix, partition, region,
 * account.
 *
 *     AwsSolutions-IAM5[Resource::<LakeBucketB1D32E10.Arn>/models/*]  →  Resource::<LakeBucket.Arn>/models/*
 */
export function readableFinding(id: string, constructPath: string, description: string): Finding {
  const [rule = id, finding = ''] = id.split(/\[(.*)\]$/s);
  const [stack = '', ...path] = constructPath.replace(/\/Resource$/, '').split('/');
  const prefix = stack.slice(0, stack.lastIndexOf('-'));
  return {
    rule,
    finding: finding
      // A reference to another stack, once the app has been synthesized.
      .replace(/\{"Fn::GetStackOutput":\{.*?"OutputName":"PublishOutputFnGetAtt(\w+?)([A-Z][a-z]+)[0-9A-F]{8}"\}\}/g, '<$1.$2>')
      .replace(/<(\w+?)[0-9A-F]{8}(\.\w+)?>/g, '<$1$2>')
      .replaceAll(prefix, '<prefix>')
      .replaceAll(tuningNamePrefix(prefix), '<tuning-prefix>')
      .replaceAll(prefix.replaceAll('-', '_'), '<prefix>')
      .replace(/arn:(?:<AWS::Partition>|aws[a-z-]*):/g, 'arn:<partition>:')
      .replace(/:(?:<AWS::Region>|[a-z]{2}(?:-[a-z]+)+-\d):(?:<AWS::AccountId>|\d{12}):/g, ':<region>:<account>:'),
    where: [stack.slice(prefix.length + 1), ...path].join('/'),
    description,
  };
}
