import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const library = path.resolve(__dirname, '../../../consumer/kcl');

interface Exported {
  readonly name: string;
  readonly file: string;
}

/** What a module hands on from others, followed to where it is declared. */
function handedOn(module: string): readonly Exported[] {
  const source = readFileSync(path.join(library, module), 'utf8');
  return [...source.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(([, list = '', from = '']) => {
    const target = path.join(path.dirname(module), from);
    const names = list
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '');
    const isFolder = existsSync(path.join(library, target, 'index.ts'));
    return isFolder
      ? handedOn(path.join(target, 'index.ts')).filter(({ name }) => names.includes(name))
      : names.map((name) => ({ name, file: `${target}.ts` }));
  });
}

describe.each(['index.ts', 'testing.ts'])('the public face %s', (face) => {
  const exported = handedOn(face);

  it('has something to give', () => {
    expect(exported.length).toBeGreaterThan(3);
  });

  it.each(exported.map(({ file, name }) => [name, file]))('says what %s is', (name, file) => {
    const source = readFileSync(path.join(library, file), 'utf8');
    const declaration = new RegExp(`(\\*/\\n)?export (?:type|interface|class|const|(?:async )?function) ${name}\\b`).exec(source);
    expect(declaration?.[0]).toMatch(/^\*\/\n/);
  });
});
