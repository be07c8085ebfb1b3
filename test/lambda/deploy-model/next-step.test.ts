import type { Begun } from '../../../lambda/deploy-model/event';
import type { Endpoint } from '../../../lambda/deploy-model/hosting';
import { nextStep, type Situation, type Step } from '../../../lambda/deploy-model/next-step';

const model = { version: 3, modelPackageArn: 'arn:package/3', configName: 'pumps-v3' };
const nothing: Begun = { kind: 'nothing' };
const begunThis: Begun = { kind: 'deployment', configName: 'pumps-v3' };
const followsThis: Begun = { kind: 'follows', configName: 'pumps-v3' };
const endpoint = (status: string, more: Partial<Endpoint> = {}): Endpoint => ({ status, configName: 'pumps-v2', ...more });
const step = (found: Endpoint | undefined, begun: Begun = nothing, more: Partial<Situation> = {}): Step =>
  nextStep({ wanted: model, endpoint: found, begun, overdue: false, ...more });
const ended = (end: string, reason: string) => ({ do: 'end', end, reason });

describe('the next step towards a version that should be served', () => {
  test('makes the endpoint when there is none, this run having made it before or not', () => {
    expect(step(undefined)).toEqual({ do: 'create', model });
    expect(step(undefined, begunThis)).toEqual({ do: 'create', model });
  });

  test.each(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'])('waits while the endpoint is %s', (status) => {
    expect(step(endpoint(status))).toEqual({ do: 'wait', reason: `the endpoint is ${status}` });
    expect(step(endpoint(status), begunThis)).toMatchObject({ do: 'wait' });
  });

  test('knows when another run is bringing the endpoint to the same', () => {
    expect(step(endpoint('Creating', { configName: 'pumps-v3' }))).toMatchObject({ do: 'wait', configName: 'pumps-v3' });
    expect(step(endpoint('Updating', { pendingConfigName: 'pumps-v3' }))).toMatchObject({ do: 'wait', configName: 'pumps-v3' });
    expect(step(endpoint('Updating', { pendingConfigName: 'pumps-v4' }))).not.toHaveProperty('configName');
    // Its old configuration, and not where it is going.
    expect(step(endpoint('Updating', { configName: 'pumps-v3' }))).not.toHaveProperty('configName');
  });

  test('updates an endpoint that serves another version, whatever this run has begun for yet another', () => {
    expect(step(endpoint('InService'))).toEqual({ do: 'update', model });
    expect(step(endpoint('InService'), { kind: 'deployment', configName: 'pumps-v2' })).toEqual({ do: 'update', model });
    expect(step(endpoint('InService'), { kind: 'removal' })).toEqual({ do: 'update', model });
  });

  test('is in service when this run brought it there, and unchanged when it was there or another run did', () => {
    const serving = endpoint('InService', { configName: 'pumps-v3' });
    expect(step(serving, begunThis)).toEqual(ended('in-service', 'version 3 answers'));
    expect(step(serving)).toEqual(ended('unchanged', 'version 3 answers'));
    expect(step(serving, followsThis)).toEqual(ended('unchanged', 'version 3 answers'));
  });

  test.each([begunThis, followsThis])('has failed when the endpoint went back to what it served: %j', (begun) => {
    expect(step(endpoint('InService', { failureReason: 'no room' }), begun)).toEqual(
      ended('failed', 'version 3 could not be brought into service, and pumps-v2 goes on: no room'),
    );
  });

  test.each(['Failed', 'OutOfService'])('makes an endpoint that is %s anew, unless this run brought it there', (status) => {
    expect(step(endpoint(status))).toEqual({ do: 'delete', for: 'renewal' });
    expect(step(endpoint(status), { kind: 'deployment', configName: 'pumps-v2' })).toMatchObject({ do: 'delete' });
    expect(step(endpoint(status, { failureReason: 'no access' }), begunThis)).toEqual(
      ended('failed', 'the endpoint cannot serve version 3: no access'),
    );
    expect(step(endpoint(status), followsThis)).toEqual(
      ended('failed', 'the endpoint cannot serve version 3: SageMaker does not say why'),
    );
  });

  test.each(['UpdateRollbackFailed', 'Sleeping'])('leaves an endpoint that is %s to a person', (status) => {
    expect(step(endpoint(status))).toMatchObject({ do: 'end', end: 'failed', reason: expect.stringContaining(status) as string });
  });

  test('gives up when the run has taken as long as it may, but for what has ended', () => {
    expect(step(endpoint('Updating'), begunThis, { overdue: true })).toEqual(
      ended('failed', 'the run has taken as long as it may, and the endpoint is Updating'),
    );
    expect(step(undefined, nothing, { overdue: true })).toMatchObject({
      reason: expect.stringMatching(/no endpoint$/) as string,
    });
    expect(step(endpoint('InService', { configName: 'pumps-v3' }), begunThis, { overdue: true })).toMatchObject({
      end: 'in-service',
    });
  });
});

describe('the next step when no version should be served', () => {
  const none = (found: Endpoint | undefined, begun: Begun = nothing, mayStay = false) =>
    step(found, begun, { wanted: { reason: 'no model is approved', mayStay } });

  test('takes down an endpoint whose model is not in use any more', () => {
    expect(none(endpoint('InService'))).toEqual({ do: 'delete', for: 'removal' });
    expect(none(endpoint('Failed'))).toEqual({ do: 'delete', for: 'removal' });
    expect(none(endpoint('Deleting'), { kind: 'removal' })).toMatchObject({ do: 'wait' });
    expect(none(undefined, { kind: 'removal' })).toEqual(ended('taken-down', 'no model is approved'));
  });

  test('leaves one that serves the model in use, and has nothing to do when there is none', () => {
    expect(none(endpoint('InService'), nothing, true)).toEqual(ended('nothing-to-serve', 'no model is approved'));
    expect(none(undefined)).toEqual(ended('nothing-to-serve', 'no model is approved'));
  });
});
