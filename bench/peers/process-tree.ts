import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in ticks of this many per second (USER_HZ). */
const ticksPerSecond = 100;

/** What a process and all that it started have used. Linux only: read from /proc. */
export interface TreeUsage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly rssPages: number;
}

export function usageOfTree(root: number): TreeUsage {
  const entries = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(readEntry)
    .filter((entry) => entry !== undefined);
  const tree = new Set([root]);
  for (let before = 0; before !== tree.size;) {
    before = tree.size;
    entries.filter(({ parent }) => tree.has(parent)).forEach(({ pid }) => tree.add(pid));
  }
  const mine = entries.filter(({ pid }) => tree.has(pid));
  return {
    cpuSeconds: mine.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
    rssBytes: mine.reduce((sum, { rssPages }) => sum + rssPages, 0) * 4096,
  };
}

function readEntry(name: string): Entry | undefined {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold anything; the fields after it are counted from 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    return { pid: Number(name), parent: field(4), ticks: field(14) + field(15), rssPages: field(24) };
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}
