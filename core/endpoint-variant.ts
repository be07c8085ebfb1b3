/** The one variant of a serverless endpoint, under the name that SageMaker's own console and SDK give it: a dimension of its metrics. */
export const endpointVariant = 'AllTraffic';
