import { UsageError } from '../usage-error';
import type { Price, PriceFile } from './price-file';
import type { PriceId } from './price-id';
import type { Usage } from './usage';

/** A usage with its price: what is printed as one line. */
export interface Line extends Usage {
  readonly unit: string;
  /** For so many units ... */
  readonly per: number;
  /** ... this is the price, in USD. */
  readonly usd: number;
  /** In USD, not rounded. */
  readonly amount: number;
}

/** The prices of one region. */
export class PriceBook {
  readonly #prices: Readonly<Partial<Record<string, Price>>>;
  readonly #file: PriceFile;

  /** @throws UsageError when the file has no prices of the region */
  constructor(
    file: PriceFile,
    readonly region: string,
  ) {
    const prices = file.regions[region];
    if (prices === undefined) {
      throw new UsageError(`--region is ${JSON.stringify(region)}; there are prices for ${Object.keys(file.regions).join(', ')}`);
    }
    this.#prices = prices;
    this.#file = file;
  }

  /** When the oldest and the newest of the sources were written that these prices come from. */
  dates(ids: Iterable<PriceId>): { readonly from: string; readonly to: string } {
    const dates = [...ids].map((id) => this.#file.sources[this.#prices[id]?.source ?? '']?.date ?? '').sort();
    return { from: dates[0] ?? '', to: dates.at(-1) ?? '' };
  }

  /**
   * What the usages cost: a line for each, or for each tier that it reaches.
   *
   * @throws UsageError that names every price that the region lacks: an estimate with holes would be no estimate
   */
  price(usages: readonly Usage[]): readonly Line[] {
    const missing = [...new Set(usages.map(({ price }) => price).filter((id) => this.#prices[id] === undefined))];
    if (missing.length > 0) {
      throw new UsageError(
        `no price in ${this.region} for ${missing.join(', ')}: no source was found; add it to ops/cost/prices.json, with its source, or choose another --region`,
      );
    }
    return usages.flatMap((usage) => {
      const price = this.#prices[usage.price];
      return price === undefined ? [] : linesOf(usage, price);
    });
  }
}

function linesOf(usage: Usage, { unit, per, usd, tiers = usd === undefined ? [] : [{ usd }] }: Price): readonly Line[] {
  let from = 0;
  return tiers.flatMap((tier) => {
    const upTo = tier.upTo ?? Infinity;
    const quantity = Math.min(usage.quantity, upTo) - from;
    from = upTo;
    const amount = (quantity / per) * tier.usd * (1 - (usage.discount ?? 0));
    return quantity > 0 ? [{ ...usage, quantity, unit, per, usd: tier.usd, amount }] : [];
  });
}
