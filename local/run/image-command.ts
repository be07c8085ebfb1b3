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
  const words = entryPoint(dockerfile);
  if (words[0] !== 'node') {
    throw new StageError(
      `${service.dockerfile} of ${service.containerName} has no ENTRYPOINT ["node", …] in its last stage: only Node.js runs locally`,
    );
  }
  return words.slice(1);
}

/**
 * The ENTRYPOINT of the image that a Dockerfile makes: the last one of the last stage, since each later one replaces it and no stage
 * inherits from one that it is not made from. Empty when there is none, or one that a shell would run.
 * @see https://docs.docker.com/reference/dockerfile/#entrypoint
 */
function entryPoint(dockerfile: string): readonly string[] {
  const instructions = dockerfile
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n');
  const lastStage = instructions.slice(instructions.findLastIndex((line) => /^\s*FROM\s/i.test(line)));
  const [, json] = lastStage.map((line) => /^\s*ENTRYPOINT\s+(\[.*\])\s*$/i.exec(line)).findLast((found) => found !== null) ?? [];
  return json === undefined ? [] : (JSON.parse(json) as readonly string[]);
}
