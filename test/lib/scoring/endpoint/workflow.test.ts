import { TaskError } from '../../../../local/aws/step-functions/task-handler';
import { buildFixture } from '../../build-fixture';
import { definitionOf, pipeline, runWorkflow, thrown } from '../../training/run-workflow';

const begun = { kind: 'deployment', configName: `${pipeline}-v3-2048-5-1f0c9a` };
const deployment = (status: string, more: object = {}) => ({
  status,
  endpointName: pipeline,
  modelVersion: 3,
  reason: `it is ${status}`,
  begun,
  left: [],
  ...more,
});

describe('the deployment workflow, interpreted', () => {
  const definition = definitionOf(buildFixture({ context: { endpoint: 'serverless' } }).scoring, 'EndpointWorkflow');
  const run = (...answers: readonly unknown[]) =>
    runWorkflow(definition, { DeployModel: answers }, { source: 'aws.sagemaker', detail: { ModelApprovalStatus: 'Approved' } });

  it('asks every half minute how far it is, hands on what it has begun, and tells people and programs', async () => {
    const { execution, inputs, states, steps, told, waits } = await run(
      deployment('in-progress'),
      deployment('in-progress'),
      deployment('in-service'),
    );
    expect(execution.status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('EndpointInService');
    expect(steps).toEqual(['DeployModel', 'DeployModel', 'DeployModel']);
    expect(waits).toContainEqual(['WaitForEndpoint', 30]);
    expect(inputs).toEqual({
      DeployModel: { startedAt: '2026-11-20T10:30:05.000Z', deployment: expect.objectContaining({ begun }) as unknown },
    });
    expect(told).toEqual([
      {
        subject: `${pipeline}: endpoint in service`,
        message: expect.stringMatching(
          /^Version 3 of the model answers at the endpoint iot-to-model-dev-fixture\. Execution: arn:/,
        ) as string,
      },
      {
        source: `iot-to-model.${pipeline}`,
        detailType: 'Endpoint In Service',
        detail: expect.objectContaining({ endpointName: pipeline, modelVersion: 3, left: [], pipeline }) as unknown,
      },
    ]);
  });

  it('starts with nothing begun, whatever it was started with', async () => {
    const { inputs } = await run(deployment('unchanged'));
    expect(inputs).toMatchObject({ DeployModel: { deployment: { begun: { kind: 'nothing' } } } });
    expect((await runWorkflow(definition, { DeployModel: [deployment('unchanged')] }, {})).execution.status).toBe('SUCCEEDED');
  });

  it.each([
    ['unchanged', 'EndpointUnchanged'],
    ['nothing-to-serve', 'NothingToServe'],
  ])('tells nobody that it is %s', async (status, end) => {
    const { execution, states, told } = await run(deployment(status));
    expect([execution.status, states.at(-1), told]).toEqual(['SUCCEEDED', end, []]);
  });

  it('tells that an endpoint is taken down, and why', async () => {
    const { states, told } = await run(deployment('taken-down', { reason: 'no model of factory is approved' }));
    expect(states.at(-1)).toBe('EndpointTakenDown');
    expect(told).toMatchObject([
      { message: expect.stringContaining('is taken down: no model of factory is approved.') as string },
      { detailType: 'Endpoint Taken Down', detail: { reason: 'no model of factory is approved' } },
    ]);
  });

  it('tells why the model in use does not answer, and where to read on', async () => {
    const { execution, states, told } = await run(
      deployment('in-progress'),
      deployment('failed', { reason: 'no access to the image' }),
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'EndpointNotServing', cause: 'no access to the image' });
    expect(states.at(-1)).toBe('DeploymentFailed');
    expect(told).toMatchObject([
      {
        subject: `${pipeline}: deployment failed`,
        message: expect.stringMatching(/EndpointNotServing: no access to the image .*#deployment-failed$/) as string,
      },
      {
        detailType: 'Deployment Failed',
        detail: { cause: 'no access to the image', readOn: 'docs/runbook.md#deployment-failed' },
      },
    ]);
  });

  it('tells what the function throws, and tries again what passes', async () => {
    expect((await run(thrown('ResourceLimitExceeded', 'no room for 200'))).told).toMatchObject([
      { message: expect.stringContaining('ResourceLimitExceeded: no room for 200') as string },
      {},
    ]);
    const { execution, steps } = await run(new TaskError('ThrottlingException', 'later'), deployment('unchanged'));
    expect([execution.status, steps.length]).toEqual(['SUCCEEDED', 2]);
  });
});
