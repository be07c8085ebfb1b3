import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { createWorkerOn } from '../../../consumer/kcl';
import { InMemoryLeaseStore, InMemoryStream, VirtualClock } from '../../../consumer/kcl/testing';
import { backoffMs } from '../../../consumer/kcl/decisions/backoff';
import { defaults, resolveSettings } from '../../../consumer/kcl/options';

describe('options', () => {
  it('have the defaults that their documentation tells', () => {
    const source = readFileSync(require.resolve('../../../consumer/kcl/options.ts'), 'utf8');
    const interfaceText = source.slice(source.indexOf('interface WorkerSettings'), source.indexOf('export const defaults'));
    const documented = [...interfaceText.matchAll(/@default ([^\n]*?)\s*\*\/\s*readonly (\w+): number;/g)];
    const settings = resolveSettings({});
    expect(documented.map(([, , name]) => name).sort()).toEqual(Object.keys(settings).sort());
    const computed: Record<string, [string, number]> = {
      leaseScanIntervalMs: ['2 × failoverTimeMs + 25', 20_025],
      readerStallTimeMs: ['3 × failoverTimeMs, at least 10000', 30_000],
      maxLeasesForWorker: ['no limit', Number.MAX_SAFE_INTEGER],
    };
    for (const [, text = '', name = ''] of documented) {
      const [formula, value] = computed[name] ?? [undefined, Number.parseInt(text, 10)];
      expect([name, formula ?? text, settings[name as keyof typeof settings]]).toEqual([name, text, value]);
    }
    expect(defaults.failoverTimeMs).toBe(10_000);
  });

  it('outside their bounds are refused with their name and what is allowed', () => {
    const worker = (options: object): unknown => {
      const stream = new InMemoryStream(new VirtualClock(), 1);
      const processor = () => Promise.reject(new Error('not called'));
      return createWorkerOn({ leases: new InMemoryLeaseStore(), stream }, { processor, ...options });
    };
    expect(() => worker({ failoverTimeMs: 10 })).toThrow('failoverTimeMs must be a number of at least 300, not 10');
    expect(() => worker({ maxRecordsPerRead: 10_001 })).toThrow('maxRecordsPerRead must be a number from 1 to 10000, not 10001');
    expect(() => worker({ graceMs: Number.NaN })).toThrow('graceMs');
    expect(() => worker({ idleReadIntervalMs: 60_000 })).toThrow('readerStallTimeMs must be greater than idleReadIntervalMs');
    expect(() => worker({ initialPosition: { timestamp: new Date('never') } })).toThrow('initialPosition.timestamp');
    expect(() => worker({ workerId: '' })).toThrow('workerId');
  });
});

describe('a wait after failures', () => {
  it('grows with them and stays within its bounds', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, r) => {
        const ms = backoffMs(attempt, { firstMs: 100, maxMs: 5000 }, () => r);
        const ceiling = Math.min(5000, 100 * 2 ** attempt);
        expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
        expect(ms).toBeLessThanOrEqual(ceiling);
      }),
    );
  });
});
