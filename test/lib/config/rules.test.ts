import { parseSettings } from '../../../lib/config/parse-settings';
import { configurationOf } from '../../../lib/config/read-configuration';
import { rules } from '../../../lib/config/rules';
import type { StageSettings } from '../../../lib/config/pipeline-config';
import { casesOfParts } from './rule-cases/parts';
import type { RuleCases } from './rule-cases/rule-case';
import { casesOfSurroundings } from './rule-cases/surroundings';

const cases: RuleCases = { ...casesOfSurroundings, ...casesOfParts };

describe.each(Object.entries(cases))('the rules across keys on %s', (_section, all) => {
  const named = all.map(([name, settings, refusal]) => ({ name, settings, refusal }));

  it.each(named.filter(({ refusal }) => refusal === undefined))('accept $name', ({ settings }) => {
    expect(() => configurationOf('test', settings)).not.toThrow();
  });

  it.each(named.filter(({ refusal }) => refusal !== undefined))(
    'refuse $name, naming key, value and what is allowed',
    ({ settings, refusal }) => {
      expect(() => configurationOf('test', settings)).toThrow(refusal);
      expect(() => configurationOf('test', settings)).toThrow(/^\S.* is .*; it must be .+$/);
    },
  );
});

describe('the rules across keys', () => {
  it.each(Object.entries(rules))('on %s are each tried from both sides above', (section, list) => {
    const tried = (cases[section] ?? []).flatMap(([, settings]) =>
      [false, true].map((destroysData) => ({ ...parseSettings(settings), stage: 'test', destroysData })),
    );
    const verdicts = list.map(({ asks, check }) => ({
      asks,
      verdicts: [...new Set(tried.map((config) => check(config) === undefined))].sort(),
    }));
    expect(verdicts).toEqual(list.map(({ asks }) => ({ asks, verdicts: [false, true] })));
  });

  it('are reported all at once, a line each', () => {
    const settings: StageSettings = { consumer: { cpu: 512, memoryMiB: 512 }, lake: { compression: 'zlib' } };
    expect(() => configurationOf('test', settings)).toThrow(/^consumer\.memoryMiB is .+\nlake\.compression is .+$/);
  });
});
