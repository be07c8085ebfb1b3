import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { onlyOne } from '../build-fixture';
import { buildService } from './build-service';

describe('the image', () => {
  const dockerfile = readFileSync(join(projectRoot, 'consumer', 'Dockerfile'), 'utf8');
  const instructions = dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '');
  const from = instructions.filter((line) => line.startsWith('FROM '));
  const { ContainerDefinitions } = onlyOne(buildService({}), 'AWS::ECS::TaskDefinition') as {
    ContainerDefinitions: [{ User: string; HealthCheck: { Command: string[] } }];
  };
  const [container] = ContainerDefinitions;

  it('has nothing in it but what is copied into it', () => {
    expect(from.at(-1)).toBe('FROM scratch');
    const copied = instructions.filter((line) => line.startsWith('COPY ')).join('\n');
    for (const needed of ['/usr/local/bin/node', 'ld-linux-*.so.?', 'libc.so.6', 'libstdc++.so.6', 'main.js']) {
      expect(copied).toContain(needed);
    }
  });

  it('runs nothing while it is built, so that either architecture builds it for the other', () => {
    expect(instructions.filter((line) => line.startsWith('RUN '))).toEqual([]);
    expect(dockerfile).not.toContain('x86_64-linux-gnu');
    expect(dockerfile).not.toContain('aarch64-linux-gnu');
  });

  it('takes Node.js in a version that is named', () => {
    expect(from[0]).toMatch(/^FROM node:\d+\.\d+\.\d+-\S+ AS node$/);
  });

  it('runs as whom the task says it runs as', () => {
    expect(instructions).toContain(`USER ${container.User}`);
  });

  it('needs no shell: neither to start, nor to be asked for its health, by Docker or by ECS', () => {
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", /m);
    expect(dockerfile).toMatch(/^ +CMD \["node", "-e", /m);
    expect(container.HealthCheck.Command.slice(0, 2)).toEqual(['CMD', 'node']);
  });
});
