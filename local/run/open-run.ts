import { checkWindowEnvironment } from '../../core/environment';
import { openOutDirectory, type OutDirectory } from '../cli/out-directory';
import { readAssembly } from '../template/assembly';
import type { Pipeline, PipelineFunction } from '../template/pipeline';
import { readPipeline } from '../template/read-pipeline';
import type { Cleanup } from './cleanup';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from './local-aws';
import { assignRoles, type Roles } from './roles';

/** What a run's folder says is to run. */
export interface RunTemplate {
  readonly pipeline: Pipeline;
  readonly roles: Roles;
}

/** A template with the services that it asks for. */
export interface OpenRun extends RunTemplate {
  readonly aws: LocalAws;
}

/**
 * Reads the template in a run's folder. What it says is what runs, but for one thing: when training starts here nobody reads the stream
 * any more, and a window that is open then stays open. So the training does not wait for it, and says at once why it is open.
 */
export function readTemplate(out: OutDirectory): RunTemplate {
  const template = readPipeline(readAssembly(out.assembly));
  const pipeline = { ...template, functions: template.functions.map(withoutWaiting) };
  return { pipeline, roles: assignRoles(pipeline) };
}

function withoutWaiting(lambda: PipelineFunction): PipelineFunction {
  const { windowLimitSeconds } = checkWindowEnvironment;
  return windowLimitSeconds in lambda.environment
    ? { ...lambda, environment: { ...lambda.environment, [windowLimitSeconds]: '0' } }
    : lambda;
}

/**
 * Goes on with an earlier run, for a command after it: the lake, the tables, the training jobs and the models are there. The stream
 * begins empty, and so does what Firehose buffers: a run delivers that before it ends.
 *
 * @param directory `--out` of the earlier run
 * @throws UsageError when there is no such run, or another process works in its folder
 */
export async function openRun(
  directory: string,
  cleanup: Cleanup,
  options: LocalAwsOptions = {},
): Promise<OpenRun & { readonly out: OutDirectory }> {
  const out = openOutDirectory(directory);
  cleanup.add('folder', async () => out.release());
  const template = readTemplate(out);
  return { out, ...template, aws: await startLocalAws(template.pipeline, out, cleanup, options) };
}
