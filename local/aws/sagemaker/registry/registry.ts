import { isDeepStrictEqual } from 'node:util';
import { AwsError, notSupported } from '../../http/aws-error';
import type { Operation } from '../../http/json-service';
import { KeptEntities } from '../../kept-entities';
import { compareTexts, isBetween, pageOf } from '../page';
import { checkRequest, invalid, type Members } from '../shapes';
import { describePackage, summarizePackage } from './describe-package';
import { isModelPackage, registered, updated, type ModelPackage } from './model-package';
import * as requests from './package-requests';

/** AWS::SageMaker::ModelPackageGroup. */
export interface ModelPackageGroup {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
}

export interface ModelRegistryProps {
  readonly groups: readonly ModelPackageGroup[];
  /** The folder that keeps versions beyond the process. @default - they end with it */
  readonly directory: string | undefined;
  readonly now: () => number;
  /** Called with every version that is new or changed. */
  readonly onChange: (model: ModelPackage) => void;
}

/**
 * The Model Registry: versions of models in groups. Groups come from the template alone, and versions are never deleted.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html
 */
export class ModelRegistry {
  readonly operations: Readonly<Record<string, Operation>> = {
    CreateModelPackage: (input) => this.create(input),
    DescribeModelPackage: (input) => {
      checkRequest('DescribeModelPackage', requests.describeModelPackage, input);
      return describePackage(this.find(String(input.ModelPackageName)));
    },
    ListModelPackages: (input) => this.list(input),
    UpdateModelPackage: (input) => this.update(input),
    DescribeModelPackageGroup: (input) => {
      checkRequest('DescribeModelPackageGroup', requests.describeModelPackageGroup, input);
      const group = this.group(String(input.ModelPackageGroupName));
      return {
        ModelPackageGroupName: group.name,
        ModelPackageGroupArn: group.arn,
        ...(group.description !== undefined && { ModelPackageGroupDescription: group.description }),
        CreationTime: this.startedAt / 1000,
        CreatedBy: {},
        ModelPackageGroupStatus: 'Completed',
      };
    },
  };
  private readonly packages = new Map<string, ModelPackage>();
  private readonly kept: KeptEntities<ModelPackage>;
  private readonly startedAt: number;

  constructor(private readonly props: ModelRegistryProps) {
    this.startedAt = props.now();
    this.kept = new KeptEntities(props.directory, isModelPackage);
    for (const model of this.kept.load()) {
      this.packages.set(model.arn, model);
    }
  }

  private create(input: Members): unknown {
    checkRequest('CreateModelPackage', requests.createModelPackage, input);
    const { ModelPackageName: name, ModelPackageGroupName: groupName, Tags, ClientToken: token } = input;
    if (name !== undefined && groupName !== undefined) {
      // In the words of AWS.
      throw invalid(
        'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
      );
    }
    if (typeof groupName !== 'string') {
      throw name === undefined ? invalid('Missing ARN.') : notSupported('sagemaker: a model package outside of a group');
    }
    const group = this.group(groupName);
    if (Tags !== undefined) {
      throw invalid('Tags cannot be given with ModelPackageGroupName: a version has the tags of its group');
    }
    refuseModelData(input);
    const before = this.versionsOf(group);
    const same = before.find(({ clientToken }) => token !== undefined && clientToken === token);
    if (same !== undefined) {
      return { ModelPackageArn: sameRequest(same, input).arn };
    }
    const version = 1 + Math.max(0, ...before.map((one) => one.version));
    const arn = `${group.arn.replace(':model-package-group/', ':model-package/')}/${version}`;
    this.put(registered(input, { group: group.name, version, arn }, this.props.now()));
    return { ModelPackageArn: arn };
  }

  private update(input: Members): unknown {
    checkRequest('UpdateModelPackage', requests.updateModelPackage, input);
    const before = this.find(String(input.ModelPackageArn));
    const after = updated(before, input, this.props.now());
    checkRequest('UpdateModelPackage', requests.updateModelPackage, {
      ModelPackageArn: after.arn,
      CustomerMetadataProperties: after.metadata,
    });
    this.put(after);
    return { ModelPackageArn: after.arn };
  }

  private list(input: Members): unknown {
    checkRequest('ListModelPackages', requests.listModelPackages, input);
    const { ModelPackageGroupName: groupName, ModelApprovalStatus: status, NameContains: part, ModelPackageType: type } = input;
    const group = typeof groupName === 'string' ? this.group(groupName) : undefined;
    // Without a group, what is listed is outside of groups unless the request says otherwise.
    const asked = group !== undefined || type === 'Versioned' || type === 'Both';
    const found = [...this.packages.values()].filter(
      (model) =>
        asked &&
        (group === undefined || model.group === group.name) &&
        (status === undefined || model.approvalStatus === status) &&
        (typeof part !== 'string' || model.group.includes(part)) &&
        isBetween(model.createdAt, input, 'CreationTime'),
    );
    const byAge = (one: ModelPackage, other: ModelPackage): number =>
      one.createdAt - other.createdAt || one.version - other.version;
    const { entries, nextToken } = pageOf(found, input, {
      key: ({ arn }) => arn,
      compare: input.SortBy === 'Name' ? (one, other) => compareTexts(one.group, other.group) || byAge(one, other) : byAge,
      defaultOrder: 'Ascending',
    });
    return { ModelPackageSummaryList: entries.map(summarizePackage), ...(nextToken !== undefined && { NextToken: nextToken }) };
  }

  private put(model: ModelPackage): void {
    this.kept.save(`${model.group}.${String(model.version).padStart(6, '0')}`, model);
    this.packages.set(model.arn, model);
    this.props.onChange(model);
  }

  private group(nameOrArn: string): ModelPackageGroup {
    const found = this.props.groups.find(({ name, arn }) => nameOrArn === name || nameOrArn === arn);
    if (found === undefined) {
      throw invalid(`ModelPackageGroup ${nameOrArn} does not exist.`);
    }
    return found;
  }

  private versionsOf({ name }: ModelPackageGroup): readonly ModelPackage[] {
    return [...this.packages.values()].filter(({ group }) => group === name);
  }

  /** @param nameOrArn `factory/2` for a name @throws AwsError ValidationException when there is no such version */
  find(nameOrArn: string): ModelPackage {
    const found = [...this.packages.values()].find(
      ({ arn, group, version }) => nameOrArn === arn || nameOrArn === `${group}/${version}`,
    );
    if (found === undefined) {
      throw invalid(`ModelPackage ${nameOrArn} does not exist.`);
    }
    return found;
  }
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageContainerDefinition.html (ModelDataUrl) */
function refuseModelData({ InferenceSpecification: specification }: Members): void {
  const { Containers: containers } = (specification ?? {}) as { readonly Containers?: readonly Members[] };
  const wrong = containers?.find(({ ModelDataUrl: url }) => typeof url === 'string' && !url.endsWith('.tar.gz'));
  if (wrong !== undefined) {
    throw invalid(
      `ModelDataUrl ${String(wrong.ModelDataUrl)} must point to a single gzip compressed tar archive (.tar.gz suffix)`,
    );
  }
}

/** The version that a ClientToken has already made. @throws AwsError ConflictException when the request was another one */
function sameRequest(model: ModelPackage, input: Members): ModelPackage {
  if (!isDeepStrictEqual({ ...model.input, ClientToken: model.clientToken }, input)) {
    throw new AwsError('ConflictException', `the ClientToken has been used with other parameters, for ${model.arn}`);
  }
  return model;
}
