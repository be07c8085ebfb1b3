import { cliHelp, parseCliOptions, UsageError } from '../../../../consumer/kcl/simulator/cli-options';
import { plantedBugs } from '../../../../consumer/kcl/simulator/bugs';
import { allFaults } from '../../../../consumer/kcl/simulator/faults';
import { replayCommand } from '../../../../consumer/kcl/simulator/report';

describe('npm run simulate', () => {
  it('plays 300 seeds by default, one that is named, and a bug from the seed that is known to catch it', () => {
    expect(parseCliOptions([])).toMatchObject({ seed: 1, runs: 300, faults: undefined, keepGoing: false });
    expect(parseCliOptions(['--seed', '42'])).toMatchObject({ seed: 42, runs: 1 });
    expect(parseCliOptions(['--bug', 'steals-that-thrash'])).toMatchObject({ seed: plantedBugs['steals-that-thrash'].fromSeed });
    expect(parseCliOptions(['--faults', 'none'])).toMatchObject({ faults: [] });
    expect(parseCliOptions(['--faults', 'all'])).toMatchObject({ faults: allFaults });
  });

  it.each([
    ['--faults', 'crash,flood'],
    ['--bug', 'none-such'],
    ['--runs', '0'],
    ['--seed', '1.5'],
    ['--minutes', 'long'],
    ['--unheard-of', '1'],
  ])('refuses %s %s, and says why', (...args) => {
    expect(() => parseCliOptions(args)).toThrow(UsageError);
  });

  it('names every fault and every bug in its help, and tells how to play a run again', () => {
    const help = cliHelp();
    [...allFaults, ...Object.keys(plantedBugs)].forEach((name) => expect(help).toContain(`  ${name} `));
    const options = parseCliOptions(['--runs', '500', '--shards', '4', '--faults', 'crash,split']);
    expect(options && replayCommand(77, options)).toBe('npm run simulate -- --seed 77 --runs 1 --shards 4 --faults crash,split');
    expect(parseCliOptions(['--help'])).toBeUndefined();
  });
});
