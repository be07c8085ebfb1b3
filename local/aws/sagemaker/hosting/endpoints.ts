import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Operation } from '../../http/json-service';
import { KeptEntities } from '../../kept-entities';
import type { RoleClients } from '../role-clients';
import { parseS3Uri } from '../s3-transfer';
import { checkRequest, invalid, type Members } from '../shapes';
import { describeEndpoint, isEndpoint, type Endpoint } from './endpoint';
import { nameIn, type HostedModels, type HostedModelsProps } from './hosted-models';
import * as requests from './hosting-requests';
import { NamedThings } from './named-things';

/** A model that answers. */
export interface ServingModel {
  /** How many features a row has. */
  readonly features: number;
  /** The prediction for each row. @param columns a column per feature, NaN for what is missing */
  predict(columns: readonly Float64Array[], rows: number): Float64Array;
}

/** Reads what a training job has left. @throws Error that says what is wrong with the archive */
export type LoadModel = (archive: Uint8Array) => ServingModel;

export interface EndpointsProps extends Pick<HostedModelsProps, 'arnPrefix' | 'stateIn' | 'now'> {
  readonly hosted: HostedModels;
  readonly clients: RoleClients;
  readonly loadModel: LoadModel;
  /** Called with every new state of an endpoint. */
  readonly onChange: (endpoint: Endpoint) => void;
}

/** What serves at an endpoint. */
export interface Serving {
  readonly model: ServingModel;
  readonly variantName: string;
}

/**
 * Serverless endpoints, whose models answer in this process. An endpoint is in service once its model is downloaded and read. Memory and
 * concurrency are not enforced. Those of an earlier process are brought into service again.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
 */
export class Endpoints {
  readonly operations: Readonly<Record<string, Operation>> = {
    CreateEndpoint: (input) => this.create(input),
    UpdateEndpoint: (input) => this.update(input),
    DescribeEndpoint: (input) => {
      const endpoint = this.endpoints.get(nameIn('DescribeEndpoint', 'EndpointName', input));
      return describeEndpoint(endpoint, this.props.hosted.configs.find(endpoint.configName));
    },
    DeleteEndpoint: (input) => {
      const endpoint = this.endpoints.get(nameIn('DeleteEndpoint', 'EndpointName', input));
      this.endpoints.remove(endpoint);
      this.serving.delete(endpoint.name);
    },
  };
  private readonly endpoints: NamedThings<Endpoint>;
  private readonly serving = new Map<string, Serving>();
  private readonly deployments = new Set<Promise<void>>();

  constructor(private readonly props: EndpointsProps) {
    const kept = new KeptEntities(props.stateIn('endpoints'), isEndpoint);
    this.endpoints = new NamedThings('endpoint', `${props.arnPrefix}:endpoint/`, kept);
    for (const { name, arn, configName, createdAt, modifiedAt, status } of this.endpoints.all()) {
      if (status !== 'Failed') {
        this.deploy({ name, arn, configName, createdAt, modifiedAt, status: 'Creating' }, configName);
      }
    }
  }

  /** What serves at an endpoint; undefined when nothing does, or there is no such endpoint. */
  serves(endpointName: string): Serving | undefined {
    return this.serving.get(endpointName);
  }

  /** Resolves when no endpoint is being created or updated. */
  async settled(): Promise<void> {
    while (this.deployments.size > 0) {
      await Promise.all(this.deployments);
    }
  }

  private create(input: Members): unknown {
    checkRequest('CreateEndpoint', requests.createEndpoint, input);
    const name = String(input.EndpointName);
    const arn = this.endpoints.claim(name);
    const configName = this.props.hosted.configs.get(String(input.EndpointConfigName)).name;
    const now = this.props.now();
    this.deploy({ name, arn, configName, status: 'Creating', createdAt: now, modifiedAt: now }, configName);
    return { EndpointArn: arn };
  }

  private update(input: Members): unknown {
    checkRequest('UpdateEndpoint', requests.updateEndpoint, input);
    const { name, arn, configName, status, createdAt } = this.endpoints.get(String(input.EndpointName));
    const next = this.props.hosted.configs.get(String(input.EndpointConfigName)).name;
    if (status === 'Failed') {
      // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html (EndpointStatus)
      throw invalid(`Cannot update endpoint "${arn}": it has failed, and can only be deleted.`);
    }
    if (status !== 'InService') {
      throw invalid(`Cannot update in-progress endpoint "${arn}".`);
    }
    this.deploy({ name, arn, configName, status: 'Updating', createdAt, modifiedAt: this.props.now() }, next);
    return { EndpointArn: arn };
  }

  /** Brings an endpoint into service under a configuration. One that was in service stays so, as it was, when that fails. */
  private deploy(endpoint: Endpoint, configName: string): void {
    this.changed({ ...endpoint, pendingConfigName: configName });
    const deployment = this.load(configName)
      .then(
        (serving): Partial<Endpoint> => {
          this.serving.set(endpoint.name, serving);
          return { status: 'InService', configName };
        },
        (error: unknown): Partial<Endpoint> => ({
          status: endpoint.status === 'Updating' ? 'InService' : 'Failed',
          failureReason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        }),
      )
      .then((change) => {
        if (this.endpoints.find(endpoint.name) === undefined) {
          this.serving.delete(endpoint.name);
        } else {
          this.changed({ ...endpoint, ...change, modifiedAt: this.props.now() });
        }
      })
      .finally(() => this.deployments.delete(deployment));
    this.deployments.add(deployment);
  }

  private async load(configName: string): Promise<Serving> {
    const { clients, hosted, loadModel } = this.props;
    const { modelName, variantName } = hosted.configs.get(configName);
    const { dataUrl, roleArn } = hosted.models.get(modelName);
    const { bucket, key } = parseS3Uri(dataUrl);
    const { Body } = await clients.of(roleArn).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { model: loadModel((await Body?.transformToByteArray()) ?? new Uint8Array()), variantName };
  }

  private changed(endpoint: Endpoint): void {
    this.endpoints.put(endpoint);
    this.props.onChange(endpoint);
  }
}
