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

  it('accept files that live as long as they are trained on, or for ever, and a domain that takes whatever there is', () => {
    expect(() => ruledByDomain(keeping(31), thirtyDays)).not.toThrow();
    expect(() => ruledByDomain(configurationOf('test', {}), thirtyDays)).not.toThrow();
    expect(() => ruledByDomain(keeping(30), fixtureDomain)).not.toThrow();
  });
});
