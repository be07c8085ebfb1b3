import { Aws, CfnMapping, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** SageMaker's own image of XGBoost: 3.2, first build. */
const repository = 'sagemaker-xgboost';
const version = '3.2-0';

/**
 * The accounts that hold SageMaker's XGBoost images, by region. They have been the same for every version since 0.90.
 * @see https://github.com/aws/sagemaker-python-sdk, image_uri_config/xgboost.json
 */
export const xgboostAccounts: Readonly<Record<string, string>> = {
  'af-south-1': '510948584623',
  'ap-east-1': '651117190479',
  'ap-northeast-1': '354813040037',
  'ap-northeast-2': '366743142698',
  'ap-northeast-3': '867004704886',
  'ap-south-1': '720646828776',
  'ap-south-2': '628508329040',
  'ap-southeast-1': '121021644041',
  'ap-southeast-2': '783357654285',
  'ap-southeast-3': '951798379941',
  'ap-southeast-4': '106583098589',
  'ca-central-1': '341280168497',
  'ca-west-1': '190319476487',
  'cn-north-1': '450853457545',
  'cn-northwest-1': '451049120500',
  'eu-central-1': '492215442770',
  'eu-central-2': '680994064768',
  'eu-north-1': '662702820516',
  'eu-south-1': '978288397137',
  'eu-south-2': '104374241257',
  'eu-west-1': '141502667606',
  'eu-west-2': '764974769150',
  'eu-west-3': '659782779980',
  'il-central-1': '898809789911',
  'me-central-1': '272398656194',
  'me-south-1': '801668240914',
  'sa-east-1': '737474898029',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-gov-east-1': '237065988967',
  'us-gov-west-1': '414596584902',
  'us-west-1': '746614075791',
  'us-west-2': '246618743249',
};

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
