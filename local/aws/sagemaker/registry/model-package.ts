import { isMembers, type Members } from '../shapes';
import { approvalStatuses, type ApprovalStatus } from './package-requests';

/** A version of a model in its group. Replaced, not changed, by `updated`. */
export interface ModelPackage {
  readonly group: string;
  /** Counts from 1 in its group. */
  readonly version: number;
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly approvalStatus: ApprovalStatus;
  readonly approvalDescription?: string;
  /** CustomerMetadataProperties. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The ClientToken that it was created under. @default - none */
  readonly clientToken?: string;
  /** The members as they came, for descriptions. */
  readonly input: Members;
}

/** What a version is first, when the request says nothing. @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html */
const firstStatus: ApprovalStatus = 'PendingManualApproval';

/** A version that was just registered. `input` has been checked. */
export function registered(input: Members, identity: Pick<ModelPackage, 'group' | 'version' | 'arn'>, now: number): ModelPackage {
  const { ClientToken: token, ...described } = input;
  return {
    ...identity,
    createdAt: now,
    modifiedAt: now,
    approvalStatus: asApprovalStatus(input.ModelApprovalStatus) ?? firstStatus,
    metadata: texts(input.CustomerMetadataProperties),
    ...(typeof token === 'string' && { clientToken: token }),
    input: described,
  };
}

/** The version after UpdateModelPackage. `input` has been checked. */
export function updated(model: ModelPackage, input: Members, now: number): ModelPackage {
  const { ApprovalDescription: description, CustomerMetadataPropertiesToRemove: removed } = input;
  const metadata = { ...model.metadata, ...texts(input.CustomerMetadataProperties) };
  const gone = new Set<unknown>(Array.isArray(removed) ? removed : []);
  return {
    ...model,
    modifiedAt: now,
    approvalStatus: asApprovalStatus(input.ModelApprovalStatus) ?? model.approvalStatus,
    ...(typeof description === 'string' && { approvalDescription: description }),
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !gone.has(key))),
  };
}

/** Whether a kept document is a version. */
export function isModelPackage(value: unknown): value is ModelPackage {
  return (
    isMembers(value) &&
    typeof value.group === 'string' &&
    typeof value.version === 'number' &&
    typeof value.arn === 'string' &&
    typeof value.createdAt === 'number' &&
    typeof value.modifiedAt === 'number' &&
    asApprovalStatus(value.approvalStatus) !== undefined &&
    isMembers(value.metadata) &&
    isMembers(value.input)
  );
}

function asApprovalStatus(value: unknown): ApprovalStatus | undefined {
  return approvalStatuses.find((status) => status === value);
}

function texts(map: unknown): Readonly<Record<string, string>> {
  return isMembers(map) ? Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)])) : {};
}
