import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { PipelineService } from '../template/pipeline';
import { StageError } from './stage-error';

/**
 * What follows `node` on the command line of the service's container: the Dockerfile's ENTRYPOINT, so that the process runs here with
 * the flags that it has there.
 *
 * @throws StageError when the container does not start Node.js by an ENTRYPOINT in exec form
 */
export function imageCommand(service: PipelineService): readonly string[] {
  if (service.entryPoint !== undefined || service.command !== undefined) {
    throw new StageError(`the container ${service.containerName} overrides its image's command, which is not supported locally`);
  }
  const dockerfile = readFileSync(path.join(service.imageDirectory, service.dockerfile), 'utf8');
  const [, json] = /^ENTRYPOINT (\[.*\])\s*$/m.exec(dockerfile) ?? [];
  const words = json === undefined ? [] : (JSON.parse(json) as readonly string[]);
  if (words[0] !== 'node') {
    throw new StageError(
      `${service.dockerfile} of ${service.containerName} has no ENTRYPOINT ["node", …]: only Node.js runs locally`,
    );
  }
  return words.slice(1);
}
