/** A member of a request in the Query protocol: text, a structure or map, or a list. */
export type QueryValue = string | QueryMembers | readonly QueryValue[];

export interface QueryMembers {
  readonly [name: string]: QueryValue;
}

/** Text, or what lies below a part of a name. */
interface Branch {
  text?: string;
  readonly below: Map<string, Branch>;
}

/**
 * The members of a request whose body is a form: `PublishBatchRequestEntries.member.1.Id=a` is the member Id of the first entry of a
 * list, `MessageAttributes.entry.1.Name=a` and `….Value=b` the first entry of a map. What comes as text stays text.
 *
 * @throws SyntaxError for names that do not fit together
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function parseQuery(body: string): QueryMembers {
  const root: Branch = { below: new Map() };
  for (const [name, text] of new URLSearchParams(body)) {
    let branch = root;
    for (const part of name.split('.')) {
      const next = branch.below.get(part) ?? { below: new Map<string, Branch>() };
      branch.below.set(part, next);
      branch = next;
    }
    if (branch.text !== undefined) {
      throw new SyntaxError(`${name} is given twice`);
    }
    branch.text = text;
  }
  return membersOf(root, '');
}

function membersOf({ below }: Branch, path: string): QueryMembers {
  return Object.fromEntries([...below].map(([name, branch]) => [name, valueOf(branch, path === '' ? name : `${path}.${name}`)]));
}

function valueOf(branch: Branch, path: string): QueryValue {
  const { text, below } = branch;
  if (text !== undefined) {
    if (below.size > 0) {
      throw new SyntaxError(`${path} is both a value and a structure`);
    }
    return text;
  }
  const members = below.get('member');
  if (members !== undefined) {
    return inOrder(members, `${path}.member`).map((entry, index) => valueOf(entry, `${path}.member.${index + 1}`));
  }
  const entries = below.get('entry');
  if (entries !== undefined) {
    return Object.fromEntries(inOrder(entries, `${path}.entry`).map((entry) => mapEntry(entry, `${path}.entry`)));
  }
  return membersOf(branch, path);
}

function mapEntry({ below }: Branch, path: string): readonly [string, QueryValue] {
  const key = (below.get('Name') ?? below.get('key'))?.text;
  const value = below.get('Value') ?? below.get('value');
  if (key === undefined || value === undefined) {
    throw new SyntaxError(`an entry of ${path} lacks its name or its value`);
  }
  return [key, valueOf(value, `${path}.${key}`)];
}

/** What lies below the numbers 1, 2, 3, … */
function inOrder({ below }: Branch, path: string): readonly Branch[] {
  return Array.from({ length: below.size }, (_, index) => {
    const branch = below.get(String(index + 1));
    if (branch === undefined) {
      throw new SyntaxError(`${path} has ${below.size} entries, but none with the number ${index + 1}`);
    }
    return branch;
  });
}
