import type { ScalingPoint } from './scaling';

interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
  readonly isDashed?: boolean;
}

const panel = { width: 330, height: 250, left: 56, right: 14, top: 46, bottom: 58 } as const;
/** Told apart by people who do not see red and green apart, too. */
const colours = ['#3b82f6', '#e8833a', '#8b6fd6'] as const;

/** The chart as SVG, for light and dark backgrounds. Both axes are logarithmic: a straight line is a power law. */
export function scalingChart(points: readonly ScalingPoint[]): string {
  const of = (pick: (point: ScalingPoint) => number): readonly number[] => points.map(pick);
  const panels: readonly Panel[] = [
    {
      title: 'Time to balance after doubling, s',
      series: [
        { name: 'until loads differ by one at most', colour: colours[0], values: of(({ balanceSeconds }) => balanceSeconds) },
      ],
    },
    {
      title: 'Leases moved by doubling',
      series: [
        { name: 'moved', colour: colours[0], values: of(({ moves }) => moves) },
        { name: 'the least possible', isDashed: true, colour: colours[1], values: of(({ movesNeeded }) => movesNeeded) },
      ],
    },
    {
      title: 'Table, per shard-hour',
      series: [
        { name: 'writes', colour: colours[0], values: of(({ writesPerShardHour }) => writesPerShardHour) },
        { name: 'read units', colour: colours[1], values: of(({ readUnitsPerShardHour }) => readUnitsPerShardHour) },
        { name: 'scans', colour: colours[2], values: of(({ scansPerShardHour }) => scansPerShardHour) },
      ],
    },
  ];
  const labels = points.map(({ shards, workers }) => ({ at: shards, text: [String(shards), String(workers)] as const }));
  const width = panels.length * panel.width;
  const drawn = panels.map((each, i) => `<g transform="translate(${i * panel.width} 0)">${draw(each, labels)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panel.height}" role="img" aria-label="How a fleet's cost grows from ${labels[0]?.at ?? 0} to ${labels.at(-1)?.at ?? 0} shards">
<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; font-size: 13px; }
  .small { font-size: 11px; fill: #57606a; }
  .grid { stroke: #8c959f; stroke-opacity: 0.35; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .small { fill: #9aa4ae; } }
</style>
${drawn.join('\n')}
</svg>
`;
}

function draw(
  { series, title }: Panel,
  labels: readonly { readonly at: number; readonly text: readonly [string, string] }[],
): string {
  const { bottom, height, left, right, top, width } = panel;
  const values = series.flatMap(({ values: each }) => each).filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const xs = labels.map(({ at }) => Math.log10(at));
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 1];
  const x = (value: number): number =>
    round(left + 12 + ((Math.log10(value) - first) / (last - first)) * (width - left - right - 24));
  const y = (value: number): number =>
    round(height - bottom - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (height - top - bottom));
  const parts = [`<text class="title" x="${left - 40}" y="16">${title}</text>`];
  let legend = left - 40;
  for (const { colour, name } of series) {
    parts.push(
      `<rect x="${legend}" y="26" width="10" height="3" fill="${colour}"/><text class="small" x="${legend + 14}" y="31">${name}</text>`,
    );
    legend += 26 + 6.2 * name.length;
  }
  for (let power = low; power <= high; power += 1) {
    const at = y(10 ** power);
    parts.push(
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/>`,
      `<text class="small" x="${left - 6}" y="${at + 4}" text-anchor="end">${(10 ** power).toLocaleString('en')}</text>`,
    );
  }
  for (const { at, text } of labels) {
    parts.push(
      `<text class="small" x="${x(at)}" y="${height - bottom + 18}" text-anchor="middle">${Number(text[0]).toLocaleString('en')}</text>`,
      `<text class="small" x="${x(at)}" y="${height - bottom + 33}" text-anchor="middle">${text[1]}</text>`,
    );
  }
  parts.push(
    `<text class="small" x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">shards, and workers below</text>`,
  );
  for (const { colour, isDashed, values: each } of series) {
    const points = each.map((value, i) => `${x(labels[i]?.at ?? 1)},${y(value)}`);
    parts.push(
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${isDashed === true ? ' stroke-dasharray="5 6"' : ''}/>`,
    );
    parts.push(
      ...points.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3" fill="${colour}"/>`),
    );
  }
  return parts.join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
