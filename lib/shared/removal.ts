import { RemovalPolicy } from 'aws-cdk-lib';
import type { PipelineConfig } from '../config/pipeline-config';

/**
 * What becomes of data when its stack is deleted. Retained, unless both opt-ins were given (`PipelineConfig.destroysData`) or the
 * deployment that creates it fails: then there is no data yet, and what was retained would be paid for and belong to no stack.
 */
export function removalOfData(config: PipelineConfig): RemovalPolicy {
  return config.destroysData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
