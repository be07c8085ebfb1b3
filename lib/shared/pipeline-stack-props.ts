import type { StackProps } from 'aws-cdk-lib';
import type { Domain } from '../../core/domain';
import type { PipelineConfig } from '../config/pipeline-config';
import type { Foundation } from './foundation';

/** What every stack of the pipeline is built from. */
export interface PipelineStackProps extends StackProps {
  readonly config: PipelineConfig;
  readonly domain: Domain;
  /** `<app>-<stage>-<domain>`: what the names start with of the few resources that need a name of their own. */
  readonly prefix: string;
}

/** What every stack but the foundation itself is built from. */
export interface FoundedStackProps extends PipelineStackProps {
  readonly foundation: Foundation;
}
