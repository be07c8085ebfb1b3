import { notSupported } from '../../http/aws-error';
import type { Operation } from '../../http/json-service';
import { KeptEntities } from '../../kept-entities';
import { compareTexts, isBetween, pageOf } from '../page';
import { checkRequest, invalid, type Members } from '../shapes';
import { isEndpointConfig, isHostableModel, type EndpointConfig, type HostableModel } from './endpoint';
import * as requests from './hosting-requests';
import { NamedThings } from './named-things';

/** What a model is made of, when it comes from the registry. */
export interface PackagedModel {
  readonly arn: string;
  readonly image: unknown;
  readonly dataUrl: unknown;
  readonly isApproved: boolean;
}

export interface HostedModelsProps {
  /** `arn:aws:sagemaker:us-east-1:000000000000` */
  readonly arnPrefix: string;
  /** Finds a version of the Model Registry. @throws AwsError when there is none */
  readonly packagedModel: (nameOrArn: string) => PackagedModel;
  /** The folder that a kind of thing is kept in beyond the process. @default - they end with it */
  readonly stateIn: (folder: string) => string | undefined;
  readonly now: () => number;
}

/** Serverless memory comes by the gigabyte. @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html */
const memoryStepMB = 1024;

/** Models, and the configurations by which endpoints serve them. */
export class HostedModels {
  readonly operations: Readonly<Record<string, Operation>> = {
    CreateModel: (input) => this.createModel(input),
    DescribeModel: (input) => {
      const { name, arn, input: described, createdAt } = this.models.get(nameIn('DescribeModel', 'ModelName', input));
      return { ...described, ModelName: name, ModelArn: arn, CreationTime: createdAt / 1000 };
    },
    ListModels: (input) =>
      listed('ListModels', 'Models', input, this.models.all(), ({ name, arn }) => ({ ModelName: name, ModelArn: arn })),
    DeleteModel: (input) => this.models.remove(this.models.get(nameIn('DeleteModel', 'ModelName', input))),
    CreateEndpointConfig: (input) => this.createConfig(input),
    DescribeEndpointConfig: (input) => {
      const config = this.configs.get(nameIn('DescribeEndpointConfig', 'EndpointConfigName', input));
      return { ...config.input, EndpointConfigArn: config.arn, CreationTime: config.createdAt / 1000 };
    },
    ListEndpointConfigs: (input) =>
      listed('ListEndpointConfigs', 'EndpointConfigs', input, this.configs.all(), ({ name, arn }) => ({
        EndpointConfigName: name,
        EndpointConfigArn: arn,
      })),
    DeleteEndpointConfig: (input) =>
      this.configs.remove(this.configs.get(nameIn('DeleteEndpointConfig', 'EndpointConfigName', input))),
  };
  readonly models: NamedThings<HostableModel>;
  readonly configs: NamedThings<EndpointConfig>;

  constructor(private readonly props: HostedModelsProps) {
    const { arnPrefix, stateIn } = props;
    this.models = new NamedThings('model', `${arnPrefix}:model/`, new KeptEntities(stateIn('models'), isHostableModel));
    this.configs = new NamedThings(
      'endpoint configuration',
      `${arnPrefix}:endpoint-config/`,
      new KeptEntities(stateIn('endpoint-configs'), isEndpointConfig),
    );
  }

  private createModel(input: Members): unknown {
    checkRequest('CreateModel', requests.createModel, input);
    const name = String(input.ModelName);
    const arn = this.models.claim(name);
    const dataUrl = this.dataUrlOf(input.PrimaryContainer as Members);
    this.models.put({ name, arn, dataUrl, roleArn: String(input.ExecutionRoleArn), createdAt: this.props.now(), input });
    return { ModelArn: arn };
  }

  /** Where the model lies: in the container, or in the version of the registry that it names. */
  private dataUrlOf({ Image: image, ModelDataUrl: dataUrl, ModelPackageName: packageName }: Members): string {
    if (typeof packageName === 'string') {
      if (image !== undefined || dataUrl !== undefined) {
        throw invalid('ModelPackageName goes without Image and ModelDataUrl');
      }
      const found = this.props.packagedModel(packageName);
      if (!found.isApproved) {
        throw invalid(`ModelPackage ${found.arn} is not approved: its ModelApprovalStatus must be Approved to deploy the model`);
      }
      return this.dataUrlOf({ Image: found.image, ModelDataUrl: found.dataUrl });
    }
    if (typeof image !== 'string' || typeof dataUrl !== 'string') {
      throw invalid('a container needs Image and ModelDataUrl, or ModelPackageName');
    }
    if (!/(^|\/)sagemaker-xgboost:/.test(image)) {
      throw notSupported(`sagemaker: inference image ${image}; only sagemaker-xgboost`);
    }
    if (!/^s3:\/\/.+\.tar\.gz$/.test(dataUrl)) {
      throw invalid(`ModelDataUrl ${dataUrl} must be the s3:// URI of a tar.gz archive`);
    }
    return dataUrl;
  }

  private createConfig(input: Members): unknown {
    checkRequest('CreateEndpointConfig', requests.createEndpointConfig, input);
    const name = String(input.EndpointConfigName);
    const arn = this.configs.claim(name);
    const [variant = {}] = input.ProductionVariants as readonly Members[];
    checkServerless(variant.ServerlessConfig as Members);
    const modelName = this.models.get(String(variant.ModelName)).name;
    this.configs.put({ name, arn, variantName: String(variant.VariantName), modelName, createdAt: this.props.now(), input });
    return { EndpointConfigArn: arn };
  }
}

/** The name in a request that says nothing else. */
export function nameIn(operation: string, member: 'ModelName' | 'EndpointConfigName' | 'EndpointName', input: Members): string {
  checkRequest(operation, requests.named(member), input);
  return String(input[member]);
}

/** A page of what there is of a kind. The newest comes first when the request does not say. */
function listed<Thing extends HostableModel | EndpointConfig>(
  operation: string,
  member: string,
  input: Members,
  things: readonly Thing[],
  summarize: (thing: Thing) => Members,
): Members {
  checkRequest(operation, requests.listed, input);
  const { NameContains: part, SortBy: order } = input;
  const found = things.filter(
    (thing) => (typeof part !== 'string' || thing.name.includes(part)) && isBetween(thing.createdAt, input, 'CreationTime'),
  );
  const { entries, nextToken } = pageOf(found, input, {
    key: ({ name }) => name,
    compare: (one, other) => (order === 'Name' ? 0 : one.createdAt - other.createdAt) || compareTexts(one.name, other.name),
    defaultOrder: 'Descending',
  });
  const summaries = entries.map((thing) => ({ ...summarize(thing), CreationTime: thing.createdAt / 1000 }));
  return { [member]: summaries, ...(nextToken !== undefined && { NextToken: nextToken }) };
}

function checkServerless({ MemorySizeInMB: memory, MaxConcurrency: most, ProvisionedConcurrency: provisioned }: Members): void {
  if (Number(memory) % memoryStepMB !== 0) {
    throw invalid(`MemorySizeInMB ${Number(memory)} is no multiple of ${memoryStepMB}`);
  }
  if (provisioned !== undefined && Number(provisioned) > Number(most)) {
    throw invalid(`ProvisionedConcurrency ${Number(provisioned)} is above MaxConcurrency ${Number(most)}`);
  }
}
