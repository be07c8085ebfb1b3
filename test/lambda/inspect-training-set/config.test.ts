import { parseGateLimits } from '../../../lambda/inspect-training-set/config';
import { limits } from './fixtures';

describe('the limits of the gates', () => {
  test('are read from the environment', () => {
    expect(parseGateLimits('GATES', JSON.stringify(limits))).toEqual(limits);
  });

  test.each<[string, string]>([
    ['{', 'GATES is not JSON'],
    ['7', 'GATES must be a JSON object'],
    [JSON.stringify({ ...limits, minimumRows: undefined }), 'minimumRows is missing: must be a whole number from 0 on'],
    [JSON.stringify({ ...limits, minimumDevices: 1.5 }), 'minimumDevices is 1.5: must be a whole number'],
    [JSON.stringify({ ...limits, maximumMissingShare: 1.1 }), 'maximumMissingShare is 1.1: must be a number from 0 on to 1'],
    [JSON.stringify({ ...limits, maximumDrift: '1' }), 'maximumDrift is "1"'],
    [JSON.stringify({ ...limits, maximumDrfit: 1 }), 'maximumDrfit is no gate'],
  ])('are refused when they are %s', (text, message) => {
    expect(() => parseGateLimits('GATES', text)).toThrow(message);
  });
});
