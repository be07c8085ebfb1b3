import { parseFleetSettings } from '../../../local/fleet/settings';

const simulated = { domain: 'factory', streamName: 's', records: 10, endTime: 5 };

describe('the settings of the fleet', () => {
  test('are read from JSON, with defaults', () => {
    expect(parseFleetSettings(JSON.stringify(simulated))).toEqual({ ...simulated, replay: [], seed: 1 });
    const replayed = { domain: 'turbofan', streamName: 's', replay: ['a.txt'], rate: 2.5 };
    expect(parseFleetSettings(JSON.stringify(replayed))).toMatchObject(replayed);
  });

  test.each([
    ['records', { ...simulated, records: -1 }],
    ['records', { ...simulated, records: undefined }],
    ['endTime', { ...simulated, endTime: undefined }],
    ['devices', { ...simulated, devices: 0 }],
    ['seed', { ...simulated, seed: 1.5 }],
    ['rate', { ...simulated, rate: 0 }],
    ['rate', { ...simulated, rate: '7' }],
    ['replay', { ...simulated, replay: 'file' }],
    ['domain', { ...simulated, domain: '' }],
    ['streamName', { ...simulated, streamName: 7 }],
    ['workers', { ...simulated, workers: 2 }],
  ])('name %s when it is wrong', (key, settings) => {
    expect(() => parseFleetSettings(JSON.stringify(settings))).toThrow(`fleet setting ${key}:`);
  });

  test.each([undefined, '', '{', '[]', 'null'])('are refused when they are no object: %s', (text) => {
    expect(() => parseFleetSettings(text)).toThrow('FLEET_SETTINGS');
  });
});
