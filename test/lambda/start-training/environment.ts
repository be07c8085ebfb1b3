import { parseStartTrainingConfig } from '../../../lambda/start-training/config';
import { domain } from '../fixtures';

/** The environment of the function. */
export const environment = {
  DOMAIN: 'pumps',
  LAKE_BUCKET: 'lake',
  MODEL_PREFIX: 'models/',
  TRAINING_IMAGE: '1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0',
  TRAINING_ROLE_ARN: 'arn:aws:iam::1:role/training',
  INSTANCE_TYPE: 'ml.m5.xlarge',
  INSTANCE_COUNT: '1',
  VOLUME_SIZE_GIB: '10',
  MAX_RUNTIME_SECONDS: '3600',
  USE_SPOT: 'false',
  MAX_WAIT_SECONDS: '7200',
  MAX_ATTEMPTS: '3',
  JOB_TAGS: '{"stage":"test","domain":"overridden"}',
  MAX_JOBS_PER_DAY: '3',
  MAX_HOURS_PER_DAY: '5',
  JOB_NAME_PREFIX: 'pumps',
  KMS_KEY_ARN: 'arn:aws:kms:eu-west-1:1:key/k',
};

/** Further variables, for jobs in a network. */
export const network = { SUBNET_IDS: 'subnet-1,subnet-2', SECURITY_GROUP_ID: 'sg-1' };

/** That, read. */
export const config = parseStartTrainingConfig(environment, () => domain);
