import type { Domain } from '../../../core/domain';
import { tuningFaults } from '../../../core/training-set';
import { deliveryDelaySeconds } from '../../delivery/transformation';
import { ConfigurationError } from '../configuration-error';
import type { PipelineConfig } from '../pipeline-config';
import { refuse, type Rule } from './rule';

/** A rule between the configuration and what the data means. */
export interface DomainRule extends Pick<Rule, 'asks' | 'because'> {
  readonly check: (config: PipelineConfig, domain: Domain) => ConfigurationError | undefined;
}

const secondsPerDay = 86_400;

/** The rules between the configuration and the domain. */
export const domainRules: readonly DomainRule[] = [
  {
    asks: '`lake.expireAfterDays` is at least what the domain trains on (`windowDays`), with the time until a window closes',
    because: 'a training set would be short of its oldest days, without a word',
    check: ({ lake: { expireAfterDays }, training, delivery }, { trainingSet: { windowDays }, name }) => {
      if (expireAfterDays === undefined || windowDays === undefined) {
        return undefined;
      }
      const closing = (training.allowedLatenessSeconds + deliveryDelaySeconds(delivery)) / secondsPerDay;
      const fewest = Math.ceil(windowDays + closing);
      return expireAfterDays < fewest
        ? refuse(
            'lake.expireAfterDays',
            expireAfterDays,
            `an integer from ${fewest} to 36500 (the window of domain ${name}), or left out`,
          )
        : undefined;
    },
  },
  {
    asks: '`training.tuning.maxJobs` is 0 with a domain that does not say what to search for (`trainingSet.tuning`)',
    check: ({ training: { tuning } }, { name, trainingSet }) =>
      tuning.maxJobs > 0 && trainingSet.tuning === undefined
        ? refuse('training.tuning.maxJobs', tuning.maxJobs, `0, or trainingSet.tuning given by domain ${name}`)
        : undefined,
  },
  {
    asks: '`trainingSet.tuning` of the domain is what SageMaker’s XGBoost can be tuned by',
    check: (_config, { name, trainingSet }) =>
      ConfigurationError.of(
        tuningFaults(trainingSet).map(({ allowed, key, value }) => refuse(`${key} of domain ${name}`, value, allowed)),
      ),
  },
];

/** Holds a configuration to every rule between it and the domain. @throws ConfigurationError that has all that are broken */
export function ruledByDomain(config: PipelineConfig, domain: Domain): void {
  const error = ConfigurationError.of(domainRules.flatMap(({ check }) => check(config, domain) ?? []));
  if (error !== undefined) {
    throw error;
  }
}
