import type { Domain } from '../../core/domain';
import { namedQueries } from './named-queries';

/** The page on the saved queries, for one domain. */
export function queriesReference(domain: Domain): string {
  const queries = namedQueries(domain);
  const anchor = (title: string): string =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const sections = queries.map(({ title, description, sql }) => `## ${title}\n\n${description}\n\n\`\`\`sql\n${sql}\n\`\`\`\n`);
  return `# Queries

What to ask the lake first. Each stage's Athena workgroup has these queries under "Saved queries"; they are made of the domain, here
\`${domain.name}\`, and know its tables and columns. The same texts run in DuckDB, and a test runs every one on a small lake.

They look at the last days by the partition column \`"date"\`, the day of delivery, so that Athena reads no more than it must: keep such
a condition in queries of your own. Those on training look at what a training looks at: all days that the domain's SQL asks for. Times
are UTC. \`"$path"\` is the file that a row is from.

The tables hold what was delivered at least once: for a few messages after a crash, twice. Count on a view without duplicates, or on
distinct (device_id, sequence). To make a view takes the right to make a table in the lake's database.

${queries.map(({ title }) => `- [${title}](#${anchor(title)})`).join('\n')}

${sections.join('\n')}`;
}
