/** A piece of a page that may be put in as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a piece of a page is made of: texts and numbers are escaped, lists put one after the other, nothing is put in for undefined. */
export type Content = string | number | Html | undefined | readonly Content[];

/** A piece of a page: what is put into the template is escaped, so that no text of data can become markup. */
export function html(template: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(template.map((text, index) => (index === 0 ? text : `${written(contents[index - 1])}${text}`)).join(''));
}

function written(content: Content): string {
  if (content === undefined) {
    return '';
  }
  if (content instanceof Html) {
    return content.text;
  }
  return isList(content) ? content.map(written).join('') : escaped(String(content));
}

const isList = (content: Content): content is readonly Content[] => Array.isArray(content);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
