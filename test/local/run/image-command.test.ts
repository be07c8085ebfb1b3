import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { imageCommand } from '../../../local/run/image-command';
import type { PipelineService } from '../../../local/template/pipeline';

const imageDirectory = mkdtempSync(path.join(tmpdir(), 'image-command-'));
afterAll(() => rmSync(imageDirectory, { recursive: true }));

const service: PipelineService = {
  name: 'service',
  containerName: 'consumer',
  imageDirectory,
  dockerfile: 'Dockerfile',
  environment: {},
  stopTimeoutSeconds: 30,
  desiredCount: 1,
  memoryMiB: 512,
};

/** What the local run starts for a Dockerfile of these lines. */
function commandOf(...lines: readonly string[]): readonly string[] {
  writeFileSync(path.join(imageDirectory, 'Dockerfile'), `${lines.join('\n')}\n`);
  return imageCommand(service);
}

const refusal = 'Dockerfile of consumer has no ENTRYPOINT ["node", …] in its last stage: only Node.js runs locally';

describe('the command of an image', () => {
  it('is that of the consumer', () => {
    const directory = path.resolve(__dirname, '../../../consumer');
    expect(imageCommand({ ...service, imageDirectory: directory })).toEqual(['--max-old-space-size=320', 'main.js']);
  });

  it('is what follows node in the ENTRYPOINT', () => {
    expect(commandOf('FROM node:24', 'ENTRYPOINT ["node", "--flag", "main.js"]')).toEqual(['--flag', 'main.js']);
  });

  it('goes on over lines', () => {
    expect(commandOf('FROM node:24', 'ENTRYPOINT ["node", \\', '  # why', '  "main.js"]')).toEqual(['main.js']);
  });

  it('is that of the last stage, and the last one there', () => {
    const command = commandOf(
      'FROM node:24 AS build',
      'ENTRYPOINT ["node", "build.js"]',
      'FROM scratch',
      'ENTRYPOINT ["node", "first.js"]',
      '# ENTRYPOINT ["node", "never.js"]',
      'ENTRYPOINT ["node", "main.js"]',
    );
    expect(command).toEqual(['main.js']);
  });

  it.each([
    ['an earlier stage alone has', ['FROM node:24 AS build', 'ENTRYPOINT ["node", "main.js"]', 'FROM scratch']],
    ['a shell would run', ['FROM node:24', 'ENTRYPOINT node main.js']],
    ['starts something else', ['FROM node:24', 'ENTRYPOINT ["sh", "-c", "node main.js"]']],
  ])('is not one that %s', (_name, lines) => {
    expect(() => commandOf(...lines)).toThrow(refusal);
  });

  it('is not replaced by the task definition', () => {
    expect(() => imageCommand({ ...service, command: ['node', 'other.js'] })).toThrow("overrides its image's command");
  });
});
