/** The growth curves as a picture that reads on light and on dark pages alike. */
import type { SizeGrowth } from "./growth.ts";

interface Curve {
  label: string;
  color: string;
  isDashed?: boolean;
  of(size: SizeGrowth): number;
}

interface Panel {
  title: string;
  unit: string;
  curves: Curve[];
}

/** Middle tones: three to one against white and against GitHub's dark grey. */
const INK = "#7d8590";
const BLUE = "#3b82f6";
const GREEN = "#2da44e";
const ORANGE = "#d9730d";

const panels: Panel[] = [
  {
    title: "Time of a call, as a multiple of the bare list of the smallest project",
    unit: "×",
    curves: [
      { label: "list_tasks, 25 of n", color: BLUE, of: ({ list }) => list },
      {
        label: "the one request it needs, bare",
        color: ORANGE,
        isDashed: true,
        of: ({ bareList }) => bareList,
      },
      { label: "get_task by key, caches warm", color: GREEN, of: ({ reference }) => reference },
    ],
  },
  {
    title: "Peak memory of a process that lists once",
    unit: " MiB",
    curves: [{ label: "list_tasks", color: BLUE, of: ({ listPeakMiB }) => listPeakMiB }],
  },
];

const WIDTH = 760;
const PANEL = { height: 270, left: 64, right: 24, top: 46, bottom: 40 };

export function plotGrowth(sizes: readonly SizeGrowth[]): string {
  const height = panels.length * PANEL.height + 16;
  const drawn = panels.map((panel, index) =>
    group(`translate(0 ${index * PANEL.height})`, drawPanel(panel, sizes)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
<title>Cost of calls against the number of tasks in a project</title>
${drawn.join("\n")}
</svg>
`;
}

interface Scale {
  x(tasks: number): number;
  y(value: number): number;
}

function drawPanel({ title, unit, curves }: Panel, sizes: readonly SizeGrowth[]): string {
  const values = curves.flatMap((curve) => sizes.map(curve.of));
  const ticks = ticksAround(Math.min(...values), Math.max(...values));
  const tasks = sizes.map((size) => size.tasks);
  const scale = {
    x: logScale(tasks[0] ?? 1, tasks.at(-1) ?? 1, [PANEL.left, WIDTH - PANEL.right]),
    y: logScale(ticks[0] ?? 1, ticks.at(-1) ?? 1, [PANEL.height - PANEL.bottom, PANEL.top + 26]),
  };
  return [
    text({ x: PANEL.left, y: 22 }, title, 'font-weight="600"'),
    ...drawLegend(curves),
    ...ticks.map((tick) => drawTick(scale, tick, unit)),
    ...tasks.map((count) =>
      text(
        { x: scale.x(count), y: PANEL.height - PANEL.bottom + 20 },
        `${count.toLocaleString("en")} tasks`,
        `text-anchor="${anchor(count, tasks)}"`,
      ),
    ),
    ...curves.map((curve) => drawCurve(scale, curve, sizes)),
  ].join("\n");
}

function drawLegend(curves: readonly Curve[]): string[] {
  return curves.map(({ label, color, isDashed }, index) => {
    const x = PANEL.left + index * 230;
    const line = `<path d="M${x} ${PANEL.top - 4}h22" stroke="${color}" stroke-width="2.5"${dashes(isDashed)}/>`;
    return `${line}${text({ x: x + 28, y: PANEL.top }, label)}`;
  });
}

function drawTick({ y }: Scale, tick: number, unit: string): string {
  const height = round(y(tick));
  const line = `<path d="M${PANEL.left} ${height}H${WIDTH - PANEL.right}" stroke="${INK}" stroke-opacity=".25"/>`;
  const label = text({ x: PANEL.left - 8, y: height + 4 }, `${tick}${unit}`, 'text-anchor="end"');
  return `${line}${label}`;
}

function drawCurve({ x, y }: Scale, curve: Curve, sizes: readonly SizeGrowth[]): string {
  const points = sizes.map((size) => `${round(x(size.tasks))} ${round(y(curve.of(size)))}`);
  const line = `<path d="M${points.join("L")}" fill="none" stroke="${curve.color}" stroke-width="2.5" stroke-linejoin="round"${dashes(curve.isDashed)}/>`;
  const dots = points.map((point) => {
    const [cx, cy] = point.split(" ");
    return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${curve.color}"/>`;
  });
  return [line, ...dots].join("");
}

/** 1, 2, 5, 10, … with one below and one above. */
function ticksAround(low: number, high: number): number[] {
  const decades = Array.from({ length: 9 }, (_, index) => 10 ** (index - 3));
  const all = decades.flatMap((decade) =>
    [1, 2, 5].map((step) => Number((step * decade).toPrecision(1))),
  );
  const first = all.findLastIndex((tick) => tick <= low);
  const last = all.findIndex((tick) => tick >= high);
  const chosen = all.slice(first, last + 1);
  const isCrowded = chosen.length > 7;
  return isCrowded
    ? chosen.filter(
        (tick, index) =>
          index === 0 || tick === chosen.at(-1) || String(tick).replace(/[0.]/g, "") === "1",
      )
    : chosen;
}

function logScale(low: number, high: number, [from, to]: [number, number]) {
  const span = Math.log(high / low) || 1;
  return (value: number) => from + ((to - from) * Math.log(value / low)) / span;
}

function anchor(count: number, all: readonly number[]): string {
  if (count === all[0]) return "start";
  return count === all.at(-1) ? "end" : "middle";
}

function dashes(isDashed: boolean | undefined): string {
  return isDashed ? ' stroke-dasharray="6 5"' : "";
}

function text({ x, y }: { x: number; y: number }, content: string, attributes = ""): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${content}</text>`;
}

function group(transform: string, content: string): string {
  return `<g transform="${transform}">\n${content}\n</g>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
