import { ConfigurationError } from '../../../lib/config/configuration-error';
import { configurationOf, readConfiguration } from '../../../lib/config/read-configuration';
import { stages } from '../../../lib/config/stages';

function errorOf(context: Parameters<typeof readConfiguration>[0]): string {
  try {
    readConfiguration(context);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration', () => {
  it('is that of dev when nothing is said', () => {
    expect(readConfiguration({}).stage).toBe('dev');
  });

  it.each(Object.keys(stages))('of stage %s keeps its own rules', (stage) => {
    expect(readConfiguration({ stage })).toMatchObject({ stage, destroysData: false });
  });

  it.each(['production', '', 1])('names the stages when the stage is %j', (stage) => {
    expect(errorOf({ stage })).toBe(`-c stage is ${JSON.stringify(stage)}; it must be one of dev, prod`);
  });

  it.each(['Test', 'test_1', 'a-b-c-d-e-f-g', 'a--b'])('refuses %j as the name of a stage', (stage) => {
    expect(() => configurationOf(stage, {})).toThrow(`a stage’s name is "${stage}"; it must be lower-case letters`);
  });

  it.each(['7', 7])('provisions as many shards as %j says, and lets no more tasks run', (shards) => {
    const config = readConfiguration({ stage: 'prod', shards });
    expect(config.ingestion.capacity).toEqual({ mode: 'provisioned', shards: 7 });
    expect(config.consumer).toMatchObject({ tasks: 2, maxTasks: 4 });
    expect(readConfiguration({ stage: 'prod', shards: '3' }).consumer).toMatchObject({ tasks: 2, maxTasks: 3 });
    expect(readConfiguration({ stage: 'prod', shards: '1' }).consumer).toMatchObject({ tasks: 1, maxTasks: 1 });
  });

  it.each(['0', '10001', 'two', '', '1.5', '-1', 1.5, true])('says what shards may be when they are %j', (shards) => {
    expect(errorOf({ shards })).toBe(`-c shards is ${JSON.stringify(shards)}; it must be an integer from 1 to 10000`);
  });

  it('lets the command line say how the stream is read', () => {
    expect(readConfiguration({}).consumer.reading).toBe('polling');
    expect(readConfiguration({ reading: 'fan-out' }).consumer.reading).toBe('fan-out');
    expect(errorOf({ reading: 'push' })).toBe('-c reading is "push"; it must be polling or fan-out');
  });

  it('lets the command line say whether the model in use answers requests', () => {
    expect(readConfiguration({}).scoring.endpoint).toEqual({ mode: 'none', memoryMiB: 2_048, maxConcurrency: 5 });
    expect(readConfiguration({ endpoint: 'serverless' }).scoring.endpoint).toMatchObject({
      mode: 'serverless',
      memoryMiB: 2_048,
    });
    expect(errorOf({ endpoint: 'on' })).toBe('-c endpoint is "on"; it must be none or serverless');
  });

  it('destroys data only when stage and command line both say so', () => {
    expect(readConfiguration({ destroyData: 'dev' }).destroysData).toBe(true);
    expect(errorOf({ destroyData: 'true' })).toContain('-c destroyData is "true"; it must be the name of the stage, dev');
    expect(errorOf({ stage: 'prod', destroyData: 'prod' })).toContain('the stage prod does not set mayDestroyData');
  });
});
