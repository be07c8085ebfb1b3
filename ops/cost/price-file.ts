import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPriceId } from './price-id';

const usd = z.number().positive();
const date = z.iso.date();

/** Tiers in the order in which they fill up; the last has no end. */
const tiers = z
  .array(z.strictObject({ upTo: z.number().positive().exactOptional(), usd }))
  .min(2)
  .refine(
    (list) => list.every(({ upTo }, index) => (upTo === undefined) === (index === list.length - 1)),
    'only the last tier has no end',
  )
  .refine(
    (list) => list.every(({ upTo }, index) => index === 0 || (upTo ?? Infinity) > (list[index - 1]?.upTo ?? 0)),
    'tiers rise',
  );

const price = z
  .strictObject({
    /** What is counted. */
    unit: z.string().min(1),
    /** How many units the price is for. */
    per: z.number().positive(),
    usd: usd.exactOptional(),
    tiers: tiers.exactOptional(),
    source: z.string(),
  })
  .refine((value) => (value.usd === undefined) !== (value.tiers === undefined), 'either usd or tiers');

/** The file of prices: each with its unit, and where and when it was read. */
export const priceFileSchema = z
  .strictObject({
    currency: z.literal('USD'),
    /** When the file was put together. */
    collected: date,
    sources: z.record(
      z.string(),
      z.strictObject({
        url: z.url(),
        /** `second-hand`: a public document that quotes AWS, where AWS's own page fills its tables by script. */
        kind: z.enum(['aws-page', 'price-list', 'bill', 'second-hand']),
        /** That of the source; of reading where it has none. */
        date,
        what: z.string().min(1),
      }),
    ),
    regions: z.record(
      z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
      z.record(z.string().refine(isPriceId, 'no known price'), price),
    ),
    spotDiscount: z.strictObject({
      fargate: z.strictObject({ share: z.number().min(0).max(1), source: z.string() }),
    }),
  })
  .refine(
    (file) =>
      [...Object.values(file.regions).flatMap((region) => Object.values(region)), file.spotDiscount.fargate].every(({ source }) =>
        Object.hasOwn(file.sources, source),
      ),
    'every source is in sources',
  );

export type PriceFile = z.output<typeof priceFileSchema>;
export type Price = z.output<typeof price>;

/** Reads and checks the file. @throws ZodError that names what is wrong in it */
export function readPriceFile(path = join(__dirname, 'prices.json')): PriceFile {
  return priceFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
