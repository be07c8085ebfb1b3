import { PriceBook } from '../../../ops/cost/price-book';
import { priceFileSchema } from '../../../ops/cost/price-file';
import { priceIds } from '../../../ops/cost/price-id';
import { priceFile } from './scenario';

test('us-east-1 has every price', () => {
  expect(priceIds.filter((id) => priceFile.regions['us-east-1']?.[id] === undefined)).toEqual([]);
});

test('every source that is listed is used', () => {
  const used = [...Object.values(priceFile.regions).flatMap((region) => Object.values(region)), priceFile.spotDiscount.fargate];

  expect(Object.keys(priceFile.sources).sort()).toEqual([...new Set(used.map(({ source }) => source))].sort());
});

test('a region that lacks prices is refused, and each is named', () => {
  const ireland = new PriceBook(priceFile, 'eu-west-1');
  const of = (price: 'kms.key' | 'iot.rule' | 'network.nat') => ({ service: 'KMS' as const, item: 'x', price, quantity: 1 });

  expect(() => ireland.price([of('kms.key'), of('network.nat'), of('iot.rule'), of('kms.key')])).toThrow(
    'no price in eu-west-1 for kms.key, iot.rule: no source was found',
  );
  expect(ireland.price([of('network.nat')])).toHaveLength(1);
});

test('a region that is not there is refused with those that are', () => {
  expect(() => new PriceBook(priceFile, 'mars-north-1')).toThrow('"mars-north-1"; there are prices for us-east-1, eu-west-1');
});

test('a price without a known source, and tiers that do not rise, are refused', () => {
  const price = { unit: 'x', per: 1, usd: 1, source: 'nobody' };
  const tiers = { unit: 'x', per: 1, tiers: [{ upTo: 5, usd: 1 }, { upTo: 3, usd: 1 }, { usd: 1 }], source: 'athena' };
  const withPrice = (entry: unknown) => ({ ...priceFile, regions: { 'us-east-1': { 'kms.key': entry } } });

  expect(priceFileSchema.safeParse(withPrice(price)).error?.message).toContain('every source is in sources');
  expect(priceFileSchema.safeParse(withPrice(tiers)).error?.message).toContain('tiers rise');
  expect(priceFileSchema.safeParse({ ...priceFile, regions: { 'us-east-1': { 'kms.kez': price } } }).success).toBe(false);
});
