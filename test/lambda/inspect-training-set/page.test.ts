import fc from 'fast-check';
import { judgeGates } from '../../../lambda/inspect-training-set/gates';
import { html } from '../../../lambda/inspect-training-set/page/html';
import { bytes, number, percent, span, time } from '../../../lambda/inspect-training-set/page/format';
import { dataCardPage } from '../../../lambda/inspect-training-set/page/data-card-page';
import type { DataCard, FeatureCard } from '../../../lambda/shared/data-card';
import { limits } from './fixtures';

const range = { minimum: 0, maximum: 10, mean: 4, deviation: 2 };

function featureOf(name: string, change: Partial<FeatureCard> = {}): FeatureCard {
  const picture = { from: 0, to: 10, counts: [1, 5, 2] };
  return { name, missing: 0, unusable: 0, range, edges: [5], counts: [4, 4], picture, isAge: false, ...change };
}

function cardOf(change: Partial<DataCard> = {}): DataCard {
  const facts = {
    version: 1 as const,
    jobName: 'pumps-20261120-11-0123456789ab',
    domain: 'pumps',
    doc: 'A reading.',
    window: { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
    cutoff: '2026-11-20T12:05:00.250Z',
    revision: 1,
    generatedAt: '2026-11-20T12:50:00.000Z',
    examplesPrefix: 's3://lake/sets/examples/',
    files: { count: 4, bytes: 12_345_678 },
    contentHash: '0123456789abcdef-24',
    label: { ...featureOf('fails'), kind: 'binary' as const, splits: { train: { missing: 0, unusable: 0, range } } },
    splits: { train: { rows: 8, devices: 3, positives: 2 }, validation: { rows: 8, devices: 2, positives: 1 } },
    inputs: {
      tables: { readings: { rows: 100, distinct: 98, late: 1 } },
      quarantined: { wrong_type: 2 },
      quarantinedShare: 0.02,
    },
    features: [featureOf('flow'), featureOf('speed', { missing: 4 })],
    reference: null,
    noReference: 'no model is approved',
    ...change,
  };
  return { ...facts, gates: judgeGates(facts, limits) };
}

/** The names of features, in the order of the page. */
const featuresOn = (page: string): readonly string[] =>
  [...page.slice(page.indexOf('<h2>Features')).matchAll(/<th scope="row">\s*(\w+)/g)].map(([, name = '']) => name);

describe('the page of a data card', () => {
  test('stands by itself: no script, nothing from elsewhere', () => {
    const page = dataCardPage(cardOf());
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import/i);
    expect(page).toMatch(/<html lang="en">/);
    expect(page).toContain('<title>Training set pumps-20261120-11-0123456789ab</title>');
  });

  test('tells what a data scientist asks first', () => {
    const page = dataCardPage(cardOf({ splits: { train: { rows: 3, devices: 1, positives: 2 } } }));
    for (const text of [
      '2026-11-13 11:00 to 2026-11-20 11:00 (7 d)',
      '✗',
      'gates not passed',
      'minimumRows',
      '12.3 MB',
      'no model is approved',
    ]) {
      expect(page).toContain(text);
    }
  });

  test('says revision, and when the label is a number, its mean and range', () => {
    const label = { ...cardOf().label, kind: 'number' as const };
    const page = dataCardPage(cardOf({ revision: 3, label }));
    expect(page).toContain('revision 3 of this window');
    expect(page).toContain('0 to 10');
    expect(page).not.toContain('Positive');
  });

  test('has the most drifted features first, beside those of the reference', () => {
    const reference = { jobName: 'before', modelVersion: 3, notCompared: ['gone'] };
    const features = [
      featureOf('calm', { drift: 0.01 }),
      featureOf('wild', { drift: 3 }),
      featureOf('fresh'),
      featureOf('aging', { drift: 1, isAge: true }),
    ];
    const page = dataCardPage(cardOf({ features, reference }), cardOf());
    expect(featuresOn(page)).toEqual(['wild', 'aging', 'calm', 'fresh']);
    expect(page).toContain('version 3');
    expect(page).toMatch(/not compared:\s+gone/);
    expect(page).toContain('>new<');
  });

  test('draws features without values, constants, and what cannot be used', () => {
    const { picture, range: _range, ...nothing } = featureOf('nothing', { missing: 8 });
    expect(picture).toBeDefined();
    expect(_range).toBeDefined();
    const constant = featureOf('constant', { picture: { from: 7, to: 7, counts: [8] } });
    const page = dataCardPage(cardOf({ features: [nothing, constant, featureOf('huge', { unusable: 2 })] }));
    expect(page).toContain('no values');
    expect(page).toContain('2 not usable');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('escapes every text, whatever is in the data', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const evil = `<b>${text}"'&</b>`;
        const features = [featureOf(evil, { drift: 1 })];
        const reference = { jobName: evil, modelVersion: 1, notCompared: [evil] };
        const card = cardOf({
          jobName: evil,
          doc: evil,
          domain: evil,
          contentHash: evil,
          features,
          reference,
          inputs: { tables: { [evil]: { rows: 1, distinct: 1, late: 0 } }, quarantined: { [evil]: 1 }, quarantinedShare: 1 },
        });
        expect(dataCardPage(card, card)).not.toMatch(/<b>|"'/);
      }),
      { numRuns: 50 },
    );
  });
});

describe('templates', () => {
  test('escape texts, put lists and pieces in as they are, and nothing for undefined', () => {
    const rows = ['a', '<'].map((text) => html`<li>${text}</li>`);
    const list = html`<ul class="${'"'}">
      ${rows}${undefined}${7}
    </ul>`.text;
    expect(list.replaceAll(/\s*\n\s*/g, '')).toBe('<ul class="&quot;"><li>a</li><li>&lt;</li>7</ul>');
  });
});

describe('figures of the page', () => {
  test('are short, and true', () => {
    expect([0, 1234.5678, 0.03125, -33.084, 1e300, 1.23456e-7, 12_345_678].map(number)).toEqual([
      '0',
      '1,235',
      '0.03125',
      '-33.08',
      '1e+300',
      '1.23e-7',
      '1.23e+7',
    ]);
    expect([0, 0.0001, 0.047, 0.35, 1].map(percent)).toEqual(['0 %', '< 0.1 %', '4.7 %', '35 %', '100 %']);
    expect([0, 999, 12_345_678].map(bytes)).toEqual(['0 B', '999 B', '12.3 MB']);
    expect(time('2026-11-20T12:05:00.250Z')).toBe('2026-11-20 12:05');
    expect(time('2026-11-20T12:05:07Z')).toBe('2026-11-20 12:05:07');
    expect(span('2026-11-20T00:00:00Z', '2026-11-22T05:00:00Z')).toBe('2 d 5 h');
    expect(span('2026-11-20T00:00:00Z', '2026-11-20T00:10:00Z')).toBe('0 h');
  });
});
