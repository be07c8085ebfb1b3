import type { ServingConfig } from './config';

/** An endpoint, as SageMaker describes it. */
export interface Endpoint {
  /** `InService`, `Creating`, … https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
  readonly status: string;
  /** The configuration that serves; of one that is being created, the one that will. */
  readonly configName: string;
  /** The configuration that it is being brought to. @default - to none, or SageMaker does not say */
  readonly pendingConfigName?: string;
  /** Why it failed. @default - SageMaker does not say */
  readonly failureReason?: string;
}

/**
 * What the function needs of SageMaker. Things are made and deleted by name: what is there already, or gone already, is as it should be.
 * Rejects with the SDK's errors.
 */
export interface Hosting {
  /** Undefined when there is none. */
  findEndpoint(name: string): Promise<Endpoint | undefined>;
  /** Makes a version of the registry a model, under a role. */
  makeModel(name: string, modelPackageArn: string, serving: ServingConfig): Promise<void>;
  /** Makes the configuration of a serverless endpoint over the model of the same name. */
  makeConfig(name: string, serving: ServingConfig): Promise<void>;
  /** @throws an error named ValidationException when there is one, or the configuration cannot be seen yet */
  createEndpoint(configName: string, serving: ServingConfig): Promise<void>;
  /** @throws an error named ValidationException when it is being changed, or the configuration cannot be seen yet */
  updateEndpoint(endpointName: string, configName: string): Promise<void>;
  /** @throws an error named ValidationException when it is being changed, or is gone */
  deleteEndpoint(name: string): Promise<void>;
  /** Names of models and of endpoint configurations that contain a text. */
  namesWith(text: string): Promise<readonly string[]>;
  /** Deletes the endpoint configuration and the model of a name, as far as they are there. */
  deleteServed(name: string): Promise<void>;
}
