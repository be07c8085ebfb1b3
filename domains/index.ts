import type { Domain } from '../core/domain';
import { factory } from './factory/domain';
import { turbofan } from './turbofan/domain';

/** The domains that this pipeline can be built for, by name. The first is the default. A fork adds its own here. */
export const domains: Readonly<Record<string, Domain>> = { factory, turbofan };

/** The domain of a configuration that names none. */
export const defaultDomain = factory.name;

/** The domain called `name`. @throws RangeError that lists the names allowed */
export function domainNamed(name: string): Domain {
  const found = Object.hasOwn(domains, name) ? domains[name] : undefined;
  if (found === undefined) {
    throw new RangeError(`unknown domain ${JSON.stringify(name)}; allowed: ${Object.keys(domains).join(', ')}`);
  }
  return found;
}
