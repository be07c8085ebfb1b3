/** A child of an XML element: text, elements, or an element that repeats. Undefined is left out. */
export type XmlValue = string | number | boolean | undefined | XmlElements | readonly XmlElements[];

export interface XmlElements {
  readonly [name: string]: XmlValue;
}

/**
 * An XML document as services send it.
 * @param namespace of the root element @default - none
 */
export function xmlDocument(root: string, children: XmlElements, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${render(children)}</${root}>`;
}

function render(children: XmlElements): string {
  return Object.entries(children)
    .map(([name, value]) => {
      if (value === undefined) {
        return '';
      }
      if (typeof value !== 'object') {
        return `<${name}>${escape(String(value))}</${name}>`;
      }
      const elements = Array.isArray(value) ? (value as readonly XmlElements[]) : [value as XmlElements];
      return elements.map((element) => `<${name}>${render(element)}</${name}>`).join('');
    })
    .join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"'\p{Cc}]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of every element `name` in a fragment, in order, entities resolved. Enough for the flat documents that S3 takes. */
export function textsOf(fragment: string, name: string): readonly string[] {
  const element = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}\\s*>`, 'g');
  return [...fragment.matchAll(element)].map(([, text = '']) => unescape(text));
}

/** What stands inside every element `name`, in order. The element must not contain itself. */
export function contentsOf(document: string, name: string): readonly string[] {
  const element = new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}\\s*>`, 'gs');
  return [...document.matchAll(element)].map(([, content = '']) => content);
}

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) {
      return entities[name] ?? whole;
    }
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
