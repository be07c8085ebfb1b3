import { parseStartTrainingConfig } from '../../../lambda/start-training/config';
import { domain } from '../fixtures';
import { environment, network } from './environment';

describe('the configuration of the start function', () => {
  test.each([
    [{ MAX_WAIT_SECONDS: '60', USE_SPOT: 'true' }, 'MAX_WAIT_SECONDS is 60: must be at least MAX_RUNTIME_SECONDS'],
    [{ USE_SPOT: 'yes' }, 'USE_SPOT must be true or false'],
    [{ INSTANCE_COUNT: '0' }, 'INSTANCE_COUNT'],
    [{ MODEL_PREFIX: 'models' }, 'MODEL_PREFIX'],
    [{ KMS_KEY_ARN: '' }, 'KMS_KEY_ARN'],
    [{ SUBNET_IDS: 'subnet-1' }, 'SECURITY_GROUP_ID is not set'],
    [{ ...network, SUBNET_IDS: '' }, 'SUBNET_IDS is not set'],
    [{ MAX_ATTEMPTS: '0' }, 'MAX_ATTEMPTS'],
    [{ MAX_HOURS_PER_DAY: undefined, JOB_NAME_PREFIX: '' }, 'MAX_HOURS_PER_DAY, JOB_NAME_PREFIX is not set'],
    [{ MAX_HOURS_PER_DAY: '0' }, 'MAX_HOURS_PER_DAY'],
    [{ MAX_JOBS_PER_DAY: 'many' }, 'MAX_JOBS_PER_DAY'],
    [{ JOB_TAGS: '[1]' }, 'JOB_TAGS must be a JSON object of texts'],
  ])('is refused with %j', (change, message) => {
    expect(() => parseStartTrainingConfig({ ...environment, ...change }, () => domain)).toThrow(message);
  });
});
