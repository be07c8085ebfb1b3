import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { optionSpecs } from '../../local/cli/options';

const root = path.resolve(__dirname, '..', '..');
const documents = [
  'README.md',
  'consumer/kcl/README.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];
const text = (document: string): string => readFileSync(path.join(root, document), 'utf8');

/** What a link to a heading ends with: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents)('%s', (document) => {
  test('links to nothing that is not there', () => {
    const targets = [...text(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target ?? '');
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    const missing = local.filter((target) => !existsSync(path.join(root, path.dirname(document), target)));
    expect(missing).toEqual([]);
  });

  test('links to no section that is not there', () => {
    const targets = [...text(document).matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)];
    const missing = targets.filter(([, file = '', anchor = '']) => {
      const target = file === '' ? document : path.join(path.dirname(document), file);
      return !anchorsOf(text(target)).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  test('names no option of npm start, and no npm script, that does not exist', () => {
    const scripts = (JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts;
    const runs = [...text(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(runs.filter((name) => !(name in scripts))).toEqual([]);
    const starts = [...text(document).matchAll(/npm start -- ([^#\n`]*)/g)].flatMap(([, args]) => args?.match(/--[\w-]+/g) ?? []);
    expect(starts.filter((option) => !(option.slice(2) in optionSpecs))).toEqual([]);
  });

  test('names no key of the configuration that does not exist', () => {
    const rows = text('docs/configuration.md').matchAll(/^\| `(\w+)`/gm);
    // A section that is chosen as a whole has no row for what chooses, and one within a section none of its own.
    const keys = new Set([...[...rows].map(([, key]) => key), 'mode', 'capacity', 'gates', 'endpoint', 'tuning']);
    const sections = 'consumer|delivery|encryption|ingestion|lake|monitoring|network|scoring|training';
    const named = [...text(document).matchAll(new RegExp(`\`(?:${sections})\\.([a-z]\\w*)\\b(?!\\.ts)`, 'g'))];
    expect(named.filter(([, key]) => !keys.has(key)).map(([name]) => name)).toEqual([]);
  });
});

test('every decision record is listed', () => {
  const records = readdirSync(path.join(root, 'docs', 'decisions')).filter((name) => /^\d{4}-/.test(name));
  expect(records.filter((name) => !text('docs/decisions/README.md').includes(`(${name})`))).toEqual([]);
});
