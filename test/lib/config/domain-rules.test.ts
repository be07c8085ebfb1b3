import { configurationOf } from '../../../lib/config/read-configuration';
import { ruledByDomain } from '../../../lib/config/rules/domain-rules';
import { fixtureDomain } from '../fixture-domain';

describe('the rules between configuration and domain', () => {
  const thirtyDays = { ...fixtureDomain, trainingSet: { ...fixtureDomain.trainingSet, windowDays: 30 } };
  const keeping = (expireAfterDays: number) => configurationOf('test', { lake: { expireAfterDays } });

  it('refuse files that are deleted before they are trained on', () => {
    expect(() => ruledByDomain(keeping(30), thirtyDays)).toThrow(
      'lake.expireAfterDays is 30; it must be an integer from 31 to 36500 (the window of domain fixture), or left out',
    );
  });

  const { tuning, ...trainingSet } = fixtureDomain.trainingSet;
  const tuned = configurationOf('test', { training: { tuning: { maxJobs: 4 } } });

  it('refuse to tune what the domain does not say how to', () => {
    const untunable = { ...fixtureDomain, trainingSet };
    expect(() => ruledByDomain(tuned, untunable)).toThrow(
      'training.tuning.maxJobs is 4; it must be 0, or trainingSet.tuning given by domain fixture',
    );
    expect(() => ruledByDomain(tuned, fixtureDomain)).not.toThrow();
    expect(() => ruledByDomain(configurationOf('test', {}), untunable)).not.toThrow();
  });

  it('refuse a domain that cannot be tuned as it says, tuned or not, and name each key', () => {
    const ranges = { seed: { min: 1, max: 2 } };
    const wrong = {
      ...fixtureDomain,
      trainingSet: { ...trainingSet, tuning: { metric: tuning?.metric ?? '', direction: 'Minimize' as const, ranges } },
    };
    expect(() => ruledByDomain(configurationOf('test', {}), wrong)).toThrow(
      /^trainingSet\.tuning\.direction of domain fixture is "Minimize"; .*\ntrainingSet\.tuning\.ranges\.seed of domain fixture is /,
    );
  });

  it('accept files that live as long as they are trained on, or for ever, and a domain that takes whatever there is', () => {
    expect(() => ruledByDomain(keeping(31), thirtyDays)).not.toThrow();
    expect(() => ruledByDomain(configurationOf('test', {}), thirtyDays)).not.toThrow();
    expect(() => ruledByDomain(keeping(30), fixtureDomain)).not.toThrow();
  });
});
