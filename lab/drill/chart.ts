import type { WriteOutcome } from './record.ts';
import type { Mark, Second } from './series.ts';

/** Charts as SVG text, drawn by hand: the report must open anywhere, without a network. */

const WIDTH = 1000;
const LEFT = 64;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 30;

export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Plot {
  readonly height: number;
  readonly x: (second: number) => number;
  readonly left: number;
  readonly right: number;
}

const plotOf = (span: Span, height: number): Plot => {
  const right = WIDTH - RIGHT;
  const scale = (right - LEFT) / Math.max(1, span.to - span.from);
  return { height, left: LEFT, right, x: (second) => LEFT + (second - span.from) * scale };
};

const n = (value: number): string => value.toFixed(1);

export function spanOf(seconds: readonly Second[]): Span {
  const all = seconds.map(({ second }) => second);
  return { from: Math.min(0, ...all), to: Math.max(1, ...all) + 1 };
}

/** Median and slowest good write of each second, a gap where there was none, on a logarithmic scale: from a few milliseconds to a time-out. */
export function latencyChart(seconds: readonly Second[], marks: readonly Mark[], span: Span): string {
  const height = 240;
  const plot = plotOf(span, height);
  const bottom = height - BOTTOM;
  const [least, most] = [Math.log10(1), Math.log10(10_000)];
  const y = (milliseconds: number) =>
    bottom - ((Math.log10(Math.max(1, milliseconds)) - least) / (most - least)) * (bottom - TOP);
  const lines = [1, 10, 50, 100, 1_000, 10_000].map((value) =>
    gridLine(plot, y(value), value < 1000 ? `${value} ms` : `${value / 1000} s`, value === 50),
  );
  const path = (pick: (each: Second) => number | null, name: string) => {
    let pen = 'M';
    const points = seconds.flatMap((each) => {
      const value = pick(each);
      if (value === null) {
        pen = 'M';
        return [];
      }
      // A line of no length is a dot: seen even where the seconds around have none.
      const dot = pen === 'M' ? 'h0' : '';
      const point = `${pen}${n(plot.x(each.second + 0.5))} ${n(y(value))}${dot}`;
      pen = 'L';
      return [point];
    });
    return `<path class="${name}" d="${points.join('')}"/>`;
  };
  return svg(plot, 'Latency of good writes over time: median and slowest of each second', [
    ...lines,
    path(({ slowest }) => slowest, 'slowest'),
    path(({ median }) => median, 'median'),
    ...axis(plot, span),
    ...markLines(plot, marks, span),
  ]);
}

const STACK: readonly WriteOutcome[] = ['good', 'refused', 'unknown', 'lost'];

/** Writes that began in each second, by what became of them. */
export function outcomeChart(seconds: readonly Second[], marks: readonly Mark[], span: Span): string {
  const height = 220;
  const plot = plotOf(span, height);
  const bottom = height - BOTTOM;
  const highest = Math.max(
    1,
    ...seconds.map(({ counts }) => STACK.reduce((sum, each) => sum + counts[each], 0)),
  );
  const top = Math.ceil(highest / 10) * 10;
  const y = (count: number) => bottom - (count / top) * (bottom - TOP);
  const width = Math.max(0.8, plot.x(1) - plot.x(0) - 0.3);
  const bars = seconds.flatMap(({ second, counts }) => {
    let base = 0;
    return STACK.flatMap((outcome) => {
      if (counts[outcome] === 0) return [];
      const upper = base + counts[outcome];
      const bar = `<rect class="${outcome}" x="${n(plot.x(second))}" y="${n(y(upper))}" width="${n(width)}" height="${n(y(base) - y(upper))}"/>`;
      base = upper;
      return [bar];
    });
  });
  return svg(plot, 'Writes of each second: good, refused, without an answer, lost', [
    ...[0, top / 2, top].map((count) => gridLine(plot, y(count), String(count), false)),
    ...bars,
    ...axis(plot, span),
    ...markLines(plot, marks, span),
  ]);
}

function svg({ height }: Plot, label: string, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">${parts.join('')}</svg>`;
}

const gridLine = ({ left, right }: Plot, y: number, label: string, important: boolean): string =>
  `<line class="grid${important ? ' important' : ''}" x1="${left}" x2="${right}" y1="${n(y)}" y2="${n(y)}"/>` +
  `<text class="label" x="${left - 8}" y="${n(y + 4)}" text-anchor="end">${label}</text>`;

function axis(plot: Plot, span: Span): readonly string[] {
  const step = [5, 10, 15, 30, 60, 120].find((each) => (span.to - span.from) / each <= 14) ?? 300;
  const first = Math.ceil(span.from / step) * step;
  const ticks = [];
  for (let second = first; second <= span.to; second += step) {
    ticks.push(
      `<text class="label" x="${n(plot.x(second))}" y="${plot.height - 10}" text-anchor="middle">${second} s</text>`,
    );
  }
  return ticks;
}

const MARK_ROOM = 18;

/** Numbered, and explained below the charts; those that fall together step aside. */
function markLines(plot: Plot, marks: readonly Mark[], span: Span): readonly string[] {
  let last = Number.NEGATIVE_INFINITY;
  return marks.flatMap(({ seconds, text }, index) => {
    if (seconds > span.to) return [];
    const x = plot.x(seconds);
    const at = Math.max(x, last + MARK_ROOM);
    last = at;
    return [
      `<g class="mark"><title>${text}</title><line x1="${n(x)}" x2="${n(x)}" y1="${TOP - 6}" y2="${plot.height - BOTTOM}"/>` +
        `<line x1="${n(at)}" x2="${n(x)}" y1="${TOP - 14}" y2="${TOP - 6}"/>` +
        `<circle cx="${n(at)}" cy="12" r="8.5"/><text x="${n(at)}" y="16" text-anchor="middle">${index + 1}</text></g>`,
    ];
  });
}
