import { ConfigurationError } from '../../lib/config/configuration-error';
import type { PipelineConfig } from '../../lib/config/pipeline-config';
import { ruled } from '../../lib/config/rules';
import { possibleChanges, undone, type Change } from './changes';
import { estimate } from './estimate';
import type { Inventory, Scenario } from './load';
import type { PriceBook } from './price-book';

/** What one change saves in a month, made alone. */
export interface Saving {
  readonly title: string;
  readonly but: string;
  /** USD a month. */
  readonly saves: number;
  /** Of the total. */
  readonly share: number;
}

/** What a scenario is estimated with. */
export interface Pricing {
  readonly book: PriceBook;
  readonly spotDiscount: number;
  /** What the templates of a configuration hold. */
  readonly inventoryFor: (config: PipelineConfig) => Inventory;
}

/** Every change that would save something, the most first: each is estimated with the same model, made alone. */
export function savingsOf(scenario: Scenario, pricing: Pricing): readonly Saving[] {
  return compared(scenario, pricing, possibleChanges(scenario), 1);
}

/** What the pipeline does already, and how much dearer the month were without. */
export function alreadySaved(scenario: Scenario, pricing: Pricing): readonly Saving[] {
  return compared(scenario, pricing, undone(scenario), -1);
}

function compared(scenario: Scenario, pricing: Pricing, changes: readonly Change[], sign: 1 | -1): readonly Saving[] {
  const { book, spotDiscount } = pricing;
  const before = estimate(scenario, book, spotDiscount);
  return changes
    .flatMap((change) => {
      const other = changed(scenario, pricing, change);
      if (other === undefined) {
        return [];
      }
      const after = estimate(other, book, spotDiscount);
      const saves = sign * (before.total - after.total);
      // What is cheaper because it no longer works saves nothing.
      const works = after.warnings.every((warning) => before.warnings.includes(warning));
      return works && saves >= 0.005 ? [{ title: change.title, but: change.but, saves, share: saves / before.total }] : [];
    })
    .sort((a, b) => b.saves - a.saves);
}

/** The scenario with the change, or undefined when the configuration's own rules forbid it. */
function changed(scenario: Scenario, { inventoryFor }: Pricing, change: Change): Scenario | undefined {
  try {
    const config = change.config === undefined ? scenario.config : ruled(change.config);
    return {
      ...scenario,
      config,
      inventory: inventoryFor(config),
      load: change.load ?? scenario.load,
      packed: change.packed ?? scenario.packed ?? true,
    };
  } catch (error: unknown) {
    if (error instanceof ConfigurationError) {
      return undefined;
    }
    throw error;
  }
}
