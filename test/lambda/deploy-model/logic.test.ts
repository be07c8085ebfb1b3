import fc from 'fast-check';
import { parseDeployModelEvent } from '../../../lambda/deploy-model/event';
import { servedName, versionServed } from '../../../lambda/deploy-model/names';
import { apiError } from '../training-fixtures';
import { config, nameOf, Scene } from './fixtures';

const endpointName = config.serving.endpointName;

describe('serving the model in use', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });
  const served = () => scene.hosting.endpoint;

  test('makes model, configuration and endpoint, and says when it is in service', async () => {
    scene.register();
    const run = scene.start();
    expect(await run.call()).toEqual({
      status: 'in-progress',
      endpointName,
      modelVersion: 1,
      reason: 'version 1 is being brought into service',
      begun: { kind: 'deployment', configName: nameOf(1) },
      left: [],
    });
    expect(await run.call()).toMatchObject({ status: 'in-progress', reason: 'the endpoint is Creating' });
    scene.hosting.settle();
    expect(await run.call()).toMatchObject({ status: 'in-service', modelVersion: 1, reason: 'version 1 answers' });
    expect(scene.hosting.models).toEqual(
      new Map([[nameOf(1), 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/pumps/1']]),
    );
    expect(await scene.start().toEnd()).toMatchObject({ status: 'unchanged' });
  });

  test('replaces it by a newer one, and deletes what served before', async () => {
    scene.register();
    await scene.start().toEnd();
    scene.register();
    expect(await scene.start().toEnd()).toMatchObject({ status: 'in-service', modelVersion: 2, left: [] });
    expect(scene.hosting.calls.filter((call) => call.startsWith('createEndpoint'))).toHaveLength(1);
    expect([[...scene.hosting.models.keys()], [...scene.hosting.configs]]).toEqual([[nameOf(2)], [nameOf(2)]]);
  });

  test('goes back to the one before when the model in use is rejected, and down when there is none', async () => {
    scene.register();
    scene.register();
    await scene.start().toEnd();
    scene.decide(2, 'Rejected');
    expect(await scene.start().toEnd()).toMatchObject({ status: 'in-service', modelVersion: 1 });
    scene.decide(1, 'Rejected');
    expect(await scene.start().toEnd()).toMatchObject({
      status: 'taken-down',
      modelVersion: 0,
      reason: 'no model of pumps is approved',
    });
    expect([served(), scene.hosting.models.size, scene.hosting.configs.size]).toEqual([undefined, 0, 0]);
    expect(await scene.start().toEnd()).toMatchObject({ status: 'nothing-to-serve' });
  });

  test('follows other memory, concurrency, role or key', async () => {
    scene.register();
    await scene.start().toEnd();
    const { serving } = config;
    for (const change of [{ memoryMiB: 4_096 }, { maxConcurrency: 6 }, { modelRoleArn: 'arn:other' }, { kmsKeyArn: 'arn:key' }]) {
      const before = served()?.configName;
      expect(await scene.start({ serving: { ...serving, ...change } }).toEnd()).toMatchObject({ status: 'in-service' });
      expect(served()?.configName).not.toBe(before);
      expect([...scene.hosting.configs]).toEqual([served()?.configName]);
    }
  });

  test('leaves an endpoint whose model takes the features of before, and takes down one that serves no model in use', async () => {
    const features = { metadata: { 'job-name': 'job', 'features-sha256': 'of others' } };
    scene.register();
    await scene.start().toEnd();
    scene.register('Approved', features);
    // Version 1 is not the model in use any more, and version 2 cannot score rows of today.
    expect(await scene.start().toEnd()).toMatchObject({ status: 'taken-down' });
    scene.hosting.endpoint = { status: 'InService', configName: nameOf(2) };
    expect(await scene.start().toEnd()).toMatchObject({
      status: 'nothing-to-serve',
      reason: expect.stringContaining('trained on other features') as string,
    });
    expect(served()).toMatchObject({ status: 'InService', configName: nameOf(2) });
  });

  test('ends with the reason when it fails; the next run makes the endpoint anew', async () => {
    scene.register();
    expect(await scene.start().toEnd('no access to the image')).toMatchObject({
      status: 'failed',
      reason: 'the endpoint cannot serve version 1: no access to the image',
    });
    expect(await scene.start().toEnd()).toMatchObject({ status: 'in-service' });
    scene.register();
    expect(await scene.start().toEnd('out of memory')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`${nameOf(1)} goes on: out of memory`) as string,
    });
    expect(served()?.configName).toBe(nameOf(1));
    expect(await scene.start().toEnd()).toMatchObject({ status: 'in-service', modelVersion: 2 });
  });

  test('one of two runs on the same approval does the work and tells; neither tries twice what fails', async () => {
    scene.register();
    const [one, other] = [scene.start(), scene.start()];
    await one.call();
    expect(await other.call()).toMatchObject({ status: 'in-progress', begun: { kind: 'follows' } });
    scene.hosting.settle();
    expect([(await one.call()).status, (await other.call()).status]).toEqual(['in-service', 'unchanged']);
    scene.register();
    const [again, beside] = [scene.start(), scene.start()];
    await again.call();
    await beside.call();
    scene.hosting.settle('no');
    expect([(await again.call()).status, (await beside.call()).status]).toEqual(['failed', 'failed']);
    expect(scene.hosting.calls.filter((call) => call.startsWith('updateEndpoint'))).toHaveLength(1);
  });

  test('looks again when another run was a moment faster, or SageMaker does not see the configuration yet', async () => {
    scene.register();
    const create = scene.hosting.createEndpoint.bind(scene.hosting);
    scene.hosting.createEndpoint = async (name) => {
      await create(name);
      await create(name);
    };
    const run = scene.start();
    expect(await run.call()).toMatchObject({ status: 'in-progress', begun: { kind: 'nothing' } });
    scene.hosting.createEndpoint = create;
    scene.hosting.settle();
    expect(await run.call()).toMatchObject({ status: 'unchanged' });
    scene.register();
    const notSeen = apiError('ValidationException', { message: 'Could not find endpoint configuration "arn".' });
    scene.hosting.refusals.set('updateEndpoint', notSeen);
    const next = scene.start();
    expect(await next.call()).toMatchObject({ status: 'in-progress', begun: { kind: 'nothing' } });
    expect(await next.toEnd()).toMatchObject({ status: 'in-service', modelVersion: 2 });
  });

  test.each([
    ['makeModel', 'ValidationException', 'DeploymentInvalid'],
    ['createEndpoint', 'ValidationException', 'DeploymentInvalid'],
    ['createEndpoint', 'ResourceLimitExceeded', 'ResourceLimitExceeded'],
    ['makeConfig', 'AccessDeniedException', 'TrainingAccessDenied'],
    ['makeConfig', 'ThrottlingException', 'ThrottlingException'],
  ])('throws what a person or a retry has to mend: %s refused by %s', async (call, name, code) => {
    scene.register();
    scene.hosting.refusals.set(call, apiError(name));
    await expect(scene.start().call()).rejects.toMatchObject({ code, message: expect.stringContaining(endpointName) as string });
    expect(await scene.start().toEnd()).toMatchObject({ status: 'in-service' });
  });

  test('gives up after an hour, and the next run takes it from there', async () => {
    scene.register();
    const run = scene.start();
    await run.call();
    scene.now += config.limitMs + 1;
    expect(await run.call()).toMatchObject({ status: 'failed', reason: expect.stringContaining('is Creating') as string });
    expect(await scene.start().toEnd()).toMatchObject({ status: 'unchanged' });
  });

  test('tells of what it cannot delete, and the next run deletes it', async () => {
    scene.register();
    await scene.start().toEnd();
    scene.register();
    scene.hosting.refusals.set('deleteServed', new Error('not now'));
    expect(await scene.start().toEnd()).toMatchObject({ status: 'in-service', left: [`${nameOf(1)}: not now`] });
    expect(await scene.start().toEnd()).toMatchObject({ status: 'unchanged', left: [] });
    expect(scene.hosting.models.size).toBe(1);
  });

  test('leaves alone what only looks like its own', async () => {
    const others = [`${endpointName}-v2-v3-2048-5-1f0c9a`, `${endpointName}-v3`, `my-${nameOf(3)}`];
    others.forEach((name) => scene.hosting.configs.add(name));
    scene.register();
    await scene.start().toEnd();
    expect([...scene.hosting.configs].sort()).toEqual([...others, nameOf(1)].sort());
    expect([nameOf(12), ...others].map((name) => versionServed(name, endpointName))).toEqual([
      12,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('has names that SageMaker takes, however long the pipeline’s', () => {
    const name = servedName(123_456_789, {
      ...config.serving,
      endpointName: 'p'.repeat(36),
      memoryMiB: 6_144,
      maxConcurrency: 200,
    });
    expect(name.length).toBeLessThanOrEqual(63);
  });

  test('whatever is decided while runs are under way, at the end the model in use answers', async () => {
    const action = fc.oneof(
      fc.constant({ do: 'register' as const }),
      fc.record({ do: fc.constant('decide' as const), version: fc.integer({ min: 1, max: 4 }), approve: fc.boolean() }),
      fc.record({ do: fc.constant('call' as const), run: fc.nat(7) }),
      fc.constant({ do: 'settle' as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const tried = new Scene();
        const runs = [tried.start()];
        for (const next of actions) {
          if (next.do === 'settle') {
            tried.hosting.settle();
          } else if (next.do === 'call') {
            const run = runs[next.run % runs.length];
            await (run?.ended === true ? undefined : run?.call());
          } else {
            // Every decision is an event, and starts a run.
            if (next.do === 'register') {
              tried.register();
            } else {
              tried.decide(next.version, next.approve ? 'Approved' : 'Rejected');
            }
            runs.push(tried.start());
          }
        }
        for (const run of runs.filter(({ ended }) => !ended)) {
          expect((await run.toEnd()).status).not.toBe('failed');
        }
        const { inUse } = tried;
        expect(tried.hosting.endpoint).toEqual(
          inUse === undefined ? undefined : { status: 'InService', configName: nameOf(inUse) },
        );
        expect([...tried.hosting.configs]).toEqual(inUse === undefined ? [] : [nameOf(inUse)]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the event', () => {
  const event = (begun: object) => ({ startedAt: '2026-11-20T12:00:00Z', deployment: { begun, reason: 'any' } });

  test('says since when the run goes, and what it has begun', () => {
    const startedAt = Date.parse('2026-11-20T12:00:00Z');
    expect(parseDeployModelEvent(event({ kind: 'nothing' }))).toEqual({ startedAt, begun: { kind: 'nothing' } });
    expect(parseDeployModelEvent(event({ kind: 'follows', configName: 'c' }))).toMatchObject({ begun: { configName: 'c' } });
  });

  test.each([
    [{ ...event({ kind: 'nothing' }), startedAt: 'now' }, 'startedAt is no ISO 8601 time'],
    [{ startedAt: '2026-11-20T12:00:00Z' }, 'deployment is missing from the event'],
    [event({ kind: 'deployment' }), 'deployment.begun.configName is missing from the event'],
    [event({ kind: 'other' }), 'deployment.begun.kind is not nothing or deployment or follows or removal'],
  ])('is refused when it is %j', (given, message) => {
    expect(() => parseDeployModelEvent(given)).toThrow(message);
  });
});
