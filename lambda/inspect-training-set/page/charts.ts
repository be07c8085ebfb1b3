import type { Picture } from '../../shared/data-card';
import { number, percent } from './format';
import { html, type Content, type Html } from './html';

const width = 200;
const height = 44;
/** Room below the bars for the ends of the scale. */
const scaleHeight = 12;

/** One bar: where it lies in values, and what share of the rows it holds. */
interface Bar {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Whether a bar is of whole numbers: then the last of them is one less than where it ends. */
const isWhole = ({ from, to }: Bar): boolean => from < to && Number.isInteger(from) && Number.isInteger(to);

/**
 * The distribution of a column as bars, that of the reference as a line above them, on one scale: areas are shares of the rows, so that
 * bars of different widths compare.
 *
 * @param label what it shows, for those who cannot see it
 */
export function distribution(current: Picture | undefined, reference: Picture | undefined, label: string): Html {
  const bars = barsOf(current);
  const outline = barsOf(reference);
  const all = [...bars, ...outline];
  if (all.length === 0) {
    return html`<span class="quiet">no values</span>`;
  }
  const from = Math.min(...all.map((bar) => bar.from));
  const to = Math.max(...all.map((bar) => bar.to));
  const last = all.every(isWhole) ? to - 1 : to;
  // A constant has no width of its own.
  const narrowest = to === from ? 1 : (to - from) / 60;
  const density = ({ from: start, to: end, share }: Bar): number => share / Math.max(end - start, narrowest);
  const highest = Math.max(...all.map(density));
  const x = (value: number): number => (to === from ? 0.5 : (value - from) / (to - from)) * width;
  const y = (bar: Bar): number => height * (1 - density(bar) / highest);
  return html`<svg
    class="distribution"
    viewBox="0 0 ${width} ${height + scaleHeight}"
    width="${width}"
    height="${height + scaleHeight}"
    role="img"
    aria-label="${label}"
  >
    ${bars.map((bar) => rectangle(bar, x, y))}${outlineOf(outline, x, y)}
    <line x1="0" y1="${height}" x2="${width}" y2="${height}" class="axis" />
    <text x="0" y="${height + scaleHeight - 2}">${number(from)}</text>
    ${last === from ? undefined : html`<text x="${width}" y="${height + scaleHeight - 2}" text-anchor="end">${number(last)}</text>`}
  </svg>`;
}

function barsOf(picture: Picture | undefined): readonly Bar[] {
  if (picture === undefined) {
    return [];
  }
  const { counts, from, to } = picture;
  const rows = counts.reduce((sum, each) => sum + each, 0);
  const step = (to - from) / counts.length;
  return counts.map((each, index) => ({
    from: from + index * step,
    to: from + (index + 1) * step,
    share: rows === 0 ? 0 : each / rows,
  }));
}

function rectangle(bar: Bar, x: (value: number) => number, y: (bar: Bar) => number): Content {
  if (bar.share === 0) {
    return undefined;
  }
  const left = x(bar.from);
  const wide = Math.max(x(bar.to) - left, width / 60);
  const start = Math.min(left, width - wide);
  // What holds some rows is seen, however few.
  const top = Math.min(y(bar), height - 0.75);
  return html`<rect
    x="${short(start)}"
    y="${short(top)}"
    width="${short(Math.max(wide - 0.5, 0.75))}"
    height="${short(height - top)}"
    ><title>${rangeOf(bar)}: ${percent(bar.share)}</title></rect
  >`;
}

function rangeOf(bar: Bar): string {
  const last = isWhole(bar) ? bar.to - 1 : bar.to;
  return last === bar.from ? number(bar.from) : `${number(bar.from)} to ${number(last)}`;
}

function outlineOf(bars: readonly Bar[], x: (value: number) => number, y: (bar: Bar) => number): Content {
  const [first] = bars;
  if (first === undefined) {
    return undefined;
  }
  const steps = bars.map((bar) => {
    const left = x(bar.from);
    const right = Math.max(x(bar.to), left + width / 60);
    return `L${short(left)} ${short(y(bar))}H${short(right)}`;
  });
  return html`<path class="reference" d="M${short(x(first.from))} ${height}${steps.join('')}V${height}" />`;
}

/** A share as a bar from the left. */
export function shareBar(share: number, kind = 'plain'): Html {
  return html`<span class="bar ${kind}" style="--share: ${short(Math.min(1, Math.max(0, share)) * 100)}%"></span>`;
}

/** A coordinate: a tenth of a pixel is as fine as anybody sees. */
function short(value: number): string {
  return String(Number(value.toFixed(1)));
}
