/** Families without a `d` in their names that nevertheless have disks of their own. */
const otherFamilies = /^(?:dl1|g5|g6e?|gr6|i\d\w*|p5e?n?|p6[\w-]*|trn\d\w*)$/;

/**
 * Whether an instance type trains on disks of its own instead of an EBS volume. These are encrypted by the hardware; a job that asks
 * for a key for them is refused.
 *
 * @param instanceType `ml.m5d.large`
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html (VolumeKmsKeyId)
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html (naming: d is for instance store volumes)
 */
export function hasLocalStorage(instanceType: string): boolean {
  const family = instanceType.split('.')[1] ?? '';
  return /^[a-z]+\d+[a-z]*d[a-z]*$/.test(family) || otherFamilies.test(family);
}
