import type { OutcomeMessage } from '../../training/workflow/outcome-messages';

const endpointName = '$.deployment.endpointName';

/** What is told of a deployment, by outcome. Nothing is told when the endpoint was as it should be. */
export const deploymentMessages = {
  inService: {
    subject: 'endpoint in service',
    detailType: 'Endpoint In Service',
    text: 'Version {modelVersion} of the model answers at the endpoint {endpointName}.',
    values: { endpointName, modelVersion: '$.deployment.modelVersion', left: '$.deployment.left' },
  },
  takenDown: {
    subject: 'endpoint taken down',
    detailType: 'Endpoint Taken Down',
    text: 'The endpoint {endpointName} is taken down: {reason}. It is made again when a model is approved.',
    values: { endpointName, reason: '$.deployment.reason', left: '$.deployment.left' },
  },
  failed: {
    subject: 'deployment failed',
    detailType: 'Deployment Failed',
    text: 'The model in use could not be brought to its endpoint. {error}: {cause} The next approval or rejection tries again, and so does a run by hand.',
    values: { error: '$.failure.Error', cause: '$.failure.Cause' },
    section: 'deployment-failed',
  },
} as const satisfies Readonly<Record<string, OutcomeMessage>>;
