import { parseFault } from '../../../local/cli/fault-option';

describe('--fault', () => {
  test('says of which operation, what and how often', () => {
    expect(parseFault('UpdateItem=drop-reply@0.02')).toEqual({
      operations: ['UpdateItem'],
      probability: 0.02,
      fault: { drop: 'reply' },
    });
    expect(parseFault('*=delay:250@1')).toEqual({ probability: 1, fault: { delayMs: 250 } });
    expect(parseFault('SubscribeToShard=hang@0.5').fault).toEqual({ hang: true });
    expect(typeof parseFault('GetRecords=throttle@0.1').fault).toBe('function');
  });

  test.each([
    '',
    'GetRecords',
    'GetRecords=explode@1',
    'GetRecords=delay@1',
    'GetRecords=hang:5@1',
    'GetRecords=hang@2',
    '=hang@1',
  ])('does not take %j', (text) => {
    expect(() => parseFault(text)).toThrow('OPERATION=');
  });
});
