import { openOutDirectory, type OutDirectory } from '../cli/out-directory';
import { readAssembly } from '../template/assembly';
import type { Pipeline } from '../template/pipeline';
import { readPipeline } from '../template/read-pipeline';
import type { Cleanup } from './cleanup';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from './local-aws';
import { assignRoles, type Roles } from './roles';

/** A template with the services that it asks for. */
export interface OpenRun {
  readonly pipeline: Pipeline;
  readonly roles: Roles;
  readonly aws: LocalAws;
}

/** Starts the services that the template in a run's folder asks for. */
export async function startRun(out: OutDirectory, cleanup: Cleanup, options: LocalAwsOptions): Promise<OpenRun> {
  const pipeline = readPipeline(readAssembly(out.assembly));
  const roles = assignRoles(pipeline);
  return { pipeline, roles, aws: await startLocalAws(pipeline, out, cleanup, options) };
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
  return { out, ...(await startRun(out, cleanup, options)) };
}
