import type { RuntimeCode } from '../../lib/shared/runtime-code';
import { parseCostOptions } from './options';
import { printed } from './print';
import { reportOf } from './report';

/** A command in a document, and the block of text behind it. */
const example = /(```sh\nnpm run cost -- ([^\n]+)\n```\n\n```text\n)[^`]*(```\n)/g;

/** The document with what its commands print now. @throws UsageError for a command that is wrong */
export function withExamples(document: string, code: RuntimeCode): string {
  return document.replace(example, (_, head: string, command: string, tail: string) => {
    const options = parseCostOptions(command.split(/\s+/));
    return `${head}${options === undefined ? '' : printed(reportOf(options, code), options.brief)}${tail}`;
  });
}
