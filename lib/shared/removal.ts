import { RemovalPolicy } from 'aws-cdk-lib';
import type { PipelineConfig } from '../config/pipeline-config';

/** What becomes of data when its stack is deleted. Retained, unless both opt-ins were given (`PipelineConfig.destroysData`). */
export function removalOfData(config: PipelineConfig): RemovalPolicy {
  return config.destroysData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
