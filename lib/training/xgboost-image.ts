import { Aws, CfnMapping, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { xgboostAccounts } from './xgboost-accounts';

/** SageMaker's own image of XGBoost: 3.2, first build. */
const repository = 'sagemaker-xgboost';
const version = '3.2-0';

export interface XgboostImageProps {
  /** URI of another image, already validated. @default - SageMaker's own, in the stack's region */
  readonly uri?: string;
}

/** The image that training runs in, and the repository that has to be readable for it. */
export class XgboostImage extends Construct {
  readonly uri: string;
  readonly repositoryArn: string;

  constructor(scope: Construct, id: string, props: XgboostImageProps = {}) {
    super(scope, id);
    if (props.uri !== undefined) {
      const { account, region, name } = parseImageUri(props.uri);
      this.uri = props.uri;
      this.repositoryArn = Stack.of(this).formatArn({
        service: 'ecr',
        resource: 'repository',
        resourceName: name,
        account,
        region,
      });
      return;
    }
    // A mapping, so that a template that is not bound to a region finds the account in whichever it is deployed to.
    const accounts = new CfnMapping(this, 'Accounts', {
      mapping: Object.fromEntries(Object.entries(xgboostAccounts).map(([region, account]) => [region, { account }])),
    });
    const account = accounts.findInMap(Aws.REGION, 'account');
    this.uri = Fn.join('', [account, '.dkr.ecr.', Aws.REGION, '.', Aws.URL_SUFFIX, `/${repository}:${version}`]);
    this.repositoryArn = Stack.of(this).formatArn({ service: 'ecr', resource: 'repository', resourceName: repository, account });
  }
}

function parseImageUri(uri: string): { readonly account: string; readonly region: string; readonly name: string } {
  const parts = /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.[^/]+\/(?<name>[^:@]+)/.exec(uri)?.groups;
  const { account, region, name } = parts ?? {};
  if (account === undefined || region === undefined || name === undefined) {
    throw new RangeError(`not the URI of an image in ECR: ${uri}`);
  }
  return { account, region, name };
}
