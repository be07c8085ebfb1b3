import fc from 'fast-check';
import { ConfigurationError } from '../../../lib/config/configuration-error';
import { parseSettings } from '../../../lib/config/parse-settings';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { childOf, memberOf, settingsSchema, variantsOf, type SchemaNode } from '../../../lib/config/schema-node';
import { stages } from '../../../lib/config/stages';
import { exampleConfigurations } from '../configurations';

const schema = settingsSchema();

function errorOf(settings: unknown): ConfigurationError {
  try {
    parseSettings(settings as StageSettings);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  throw new Error('the settings were accepted');
}

describe('the settings of a stage', () => {
  it.each(Object.entries(stages))('of %s are taken', (_stage, settings) => {
    expect(() => parseSettings(settings)).not.toThrow();
  });

  it('are whole when nothing is said', () => {
    expect(parseSettings({})).toMatchObject({
      appName: 'iot-to-model',
      encryption: { mode: 'own', rotationDays: 365 },
      ingestion: { capacity: { mode: 'on-demand' }, retentionHours: 24 },
      mayDestroyData: false,
    });
  });

  it.each<[string, object, string]>([
    [
      'a number out of bounds',
      { ingestion: { retentionHours: 23 } },
      'ingestion.retentionHours is 23; it must be an integer from 24 to 8760 hours',
    ],
    [
      'half a number',
      { ingestion: { retentionHours: 24.5 } },
      'ingestion.retentionHours is 24.5; it must be an integer from 24 to 8760 hours',
    ],
    [
      'no number',
      { ingestion: { retentionHours: NaN } },
      'ingestion.retentionHours is NaN; it must be an integer from 24 to 8760 hours',
    ],
    [
      'another type',
      { ingestion: { retentionHours: '24' } },
      'ingestion.retentionHours is "24"; it must be an integer from 24 to 8760 hours',
    ],
    [
      'what is not one of a few',
      { consumer: { reading: 'push' } },
      'consumer.reading is "push"; it must be one of polling, fan-out',
    ],
    [
      'a number that is not one of a few',
      { consumer: { cpu: 300 } },
      'consumer.cpu is 300; it must be one of 256, 512, 1024, 2048, 4096 CPU units, 1,024 to a vCPU',
    ],
    [
      'a number for a text',
      { account: 123456789012 },
      'account is 123456789012; it must be an account id of 12 digits, in quotes',
    ],
    ['neither true nor false', { training: { useSpot: 'yes' } }, 'training.useSpot is "yes"; it must be true or false'],
    ['a text that cannot be one', { region: 'Ireland' }, 'region is "Ireland"; it must be a region such as eu-west-1'],
    ['one of a list', { monitoring: { emails: ['a@b.de', 'me'] } }, 'monitoring.emails.1 is "me"; it must be an e-mail address'],
    [
      'no list',
      { monitoring: { emails: 'a@b.de' } },
      'monitoring.emails is "a@b.de"; it must be a list of at most 20, each an e-mail address',
    ],
    [
      'a name that is too long',
      { appName: `a${'-b'.repeat(10)}` },
      'it must be lower-case letters, digits and single hyphens, at most 20 characters',
    ],
    ['no section', { consumer: null }, 'consumer is null; it must be an object with the keys cpu, memoryMiB'],
    ['no mode', { encryption: {} }, 'encryption.mode is not given; it must be one of own, existing, aws-managed'],
    [
      'a mode of its own',
      { ingestion: { capacity: { mode: 'auto' } } },
      'ingestion.capacity.mode is "auto"; it must be one of on-demand, provisioned',
    ],
    [
      'a key that a mode needs',
      { ingestion: { capacity: { mode: 'provisioned' } } },
      'ingestion.capacity.shards is not given; it must be an integer from 1 to 10000',
    ],
    [
      'a key of another mode',
      { encryption: { mode: 'own', lakeKeyArn: 'x' } },
      'encryption.lakeKeyArn is "x"; it must be left out with the mode own: it belongs to existing',
    ],
    [
      'a slip of the pen',
      { ingestion: { retentionHuors: 24 } },
      'ingestion.retentionHuors is 24; it must be left out: is retentionHours meant? ingestion has the keys capacity, retentionHours',
    ],
    [
      'a key that resembles none',
      { ingestion: { colour: 'red' } },
      'ingestion.colour is "red"; it must be left out: ingestion has the keys capacity, retentionHours',
    ],
    ['a section that is none', { ingest: {} }, 'ingest is {}; it must be left out: a stage has the keys appName'],
    [
      'a tag that belongs to AWS',
      { tags: { 'AWS:owner': 'me' } },
      'tags.AWS:owner is "me"; it must be under a name that is 1 to 128 letters',
    ],
    ['a tag of another type', { tags: { owner: 7 } }, 'tags.owner is 7; it must be 1 to 256 letters'],
    ['what is long', { tags: { owner: 'x'.repeat(300) } }, `tags.owner is "${'x'.repeat(119)}…; it must be 1 to 256 letters`],
    [
      'an account in place of a role, which Lake Formation grants nothing to',
      { lake: { lakeFormation: true, readers: ['arn:aws:iam::123456789012:root'] } },
      'lake.readers.0 is "arn:aws:iam::123456789012:root"; it must be an ARN such as arn:aws:iam::123456789012:role/analysts',
    ],
    [
      'an alias in place of a key',
      { encryption: { mode: 'existing', streamKeyArn: 'arn:aws:kms:eu-west-1:123456789012:alias/a' } },
      'it must be an ARN such as arn:aws:kms:eu-west-1:123456789012:key/',
    ],
  ])('with %s are refused, naming key, value and what is allowed', (_name, settings, message) => {
    expect(errorOf(settings).message).toContain(message);
  });

  it('that are none at all are refused', () => {
    expect(errorOf(null).message).toMatch(/^the configuration is null; it must be an object with the keys appName, /);
  });

  it('are refused with everything that is wrong at once, a line each', () => {
    const error = errorOf({ appName: 'A', ingestion: { retentionHours: 1, shards: 2 }, lake: { format: 'csv' } });
    expect([error, ...error.others].map(({ key }) => key)).toEqual([
      'appName',
      'ingestion.retentionHours',
      'ingestion.shards',
      'lake.format',
    ]);
    expect(error.message.split('\n')).toHaveLength(4);
    expect(error.message).toMatch(/^(?:\S.* is .*; it must be .+(?:\n|$)){4}$/);
  });

  const valid = [...Object.values(stages), ...exampleConfigurations.map(({ settings }) => settings)];

  it('with any one key corrupted are refused, naming that key', () => {
    const corruption = fc
      .constantFrom(...valid)
      .chain((settings) =>
        fc
          .constantFrom(...keysOf(schema, settings))
          .chain(({ path, node }) => fc.constantFrom(...corruptionsOf(node)).map((value) => ({ settings, path, value }))),
      );
    fc.assert(
      fc.property(corruption, ({ settings, path, value }) => {
        const error = errorOf(withValue(settings, path, value));
        expect([error, ...error.others].map(({ key }) => key)).toEqual(
          expect.arrayContaining([expect.stringMatching(new RegExp(`^${path.join('\\.')}(?:\\.|$)`))]),
        );
        expect(error.allowed).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  it('with any key more are refused, naming that key', () => {
    const sections = keysOf(schema, {}).filter(({ node }) => node.properties !== undefined);
    const places = [[], ...sections.map(({ path }) => path)];
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.constantFrom(...places),
        fc.stringMatching(/^zz[a-z]{1,10}$/),
        (settings, place, name) => {
          const path = [...place, name];
          expect(errorOf(withValue(settings, path, 1)).key).toBe(path.join('.'));
        },
      ),
    );
  });
});

interface Key {
  readonly path: readonly string[];
  readonly node: SchemaNode;
}

/** Every key that settings with these modes may have, sections included. */
function keysOf(node: SchemaNode, value: unknown, path: readonly string[] = []): Key[] {
  const whole = value ?? node.default;
  const mode = memberOf(whole, 'mode');
  const properties = variantsOf(node).find((variant) => variant.mode === mode)?.node.properties ?? {};
  return Object.keys(properties).flatMap((key) => {
    const child = childOf(node, key, whole);
    return child === undefined
      ? []
      : [{ path: [...path, key], node: child }, ...keysOf(child, memberOf(whole, key), [...path, key])];
  });
}

/** Values that a key of this kind can never have. */
function corruptionsOf({ type, enum: values, minimum = 0, maximum = 0, maxItems }: SchemaNode): unknown[] {
  if (values !== undefined) {
    return ['nothing of the kind', 0.5, -1, null, [], {}, true];
  }
  switch (type) {
    case 'integer':
      return [minimum - 1, maximum + 1, minimum + 0.5, String(minimum), null, NaN, Infinity, true, [minimum], {}];
    case 'number':
      return [minimum - 0.1, maximum + 0.1, String(minimum), null, NaN, false, []];
    case 'boolean':
      return ['true', 0, 1, null, [], {}];
    case 'string':
      return ['', ' ', '\u0000', 'not\nallowed', 7, null, true, [], {}];
    case 'array':
      return [
        'text',
        7,
        null,
        {},
        [7],
        [null],
        ...(maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => 'x')]),
      ];
    default:
      return ['text', 7, null, true, []];
  }
}

/** The settings with another value at a path; a section that is not there is made, with its default mode. */
function withValue(settings: unknown, [key, ...rest]: readonly string[], value: unknown, node: SchemaNode = schema): unknown {
  if (key === undefined) {
    return value;
  }
  const section = settings ?? node.default ?? {};
  const child = childOf(node, key, section) ?? {};
  return { ...section, [key]: withValue(memberOf(section, key), rest, value, child) };
}
