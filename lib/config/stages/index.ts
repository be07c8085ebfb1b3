import type { StageSettings } from '../pipeline-config';
import { dev } from './dev';
import { prod } from './prod';

/** The stages by name. A stage more is a file more: `cdk synth -c stage=<name>` finds it here. */
export const stages: Readonly<Record<string, StageSettings>> = { dev, prod };
