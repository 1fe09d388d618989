// Draws tables and references as SVG: boxes, trunks of one colour per table referred to, and how many lead to how many.
import { escapeHtml } from "./html-text.ts";
import { layOut, portOffset, type Segment } from "./layout.ts";

export interface Box {
  name: string;
  fields: { name: string; type: string; isReference: boolean }[];
}

export interface Line {
  from: string;
  field: string;
  to: string;
  cardinality: string;
  isUnique: boolean;
}

const rowHeight = 18;
const charWidth = 7.3;
/** Fields shown; references come first. */
const maxRows = 9;
/** Colours of trunks, told apart on white and on black; see the page's style. */
const colours = 8;

export function drawDiagram(boxes: readonly Box[], lines: readonly Line[]): string {
  const shown = new Map(boxes.map((box) => [box.name, rowsOf(box, lines)]));
  const known = new Set(boxes.map((box) => box.name));
  const links = lines.filter((line) => known.has(line.from) && known.has(line.to));
  const layout = layOut(
    boxes.map((box) => {
      const rows = shown.get(box.name) ?? [];
      const longest = Math.max(
        box.name.length + 1,
        ...rows.map((row) => row.name.length + row.type.length + 1),
      );
      return {
        name: box.name,
        width: Math.round(longest * charWidth + 18),
        height: (rows.length + 1) * rowHeight + 10,
      };
    }),
    links.map((line) => {
      const rows = shown.get(line.from) ?? [];
      const row = rows.findIndex((item) => item.name === line.field.split(".")[0]);
      return {
        from: line.from,
        to: line.to,
        offset: portOffset + rowHeight * (Math.max(0, row) + 1) - 1,
      };
    }),
  );
  const targets = [...new Set(links.map((line) => line.to))].sort();
  const colour = (target: string) => `c${targets.indexOf(target) % colours}`;
  const parts = layout.trunks.map((trunk) => path(trunk, colour(trunk.to), ""));
  const labelled = new Set<string>();
  links.forEach((line, index) => {
    const branch = layout.branches[index];
    if (branch === null || branch === undefined) return;
    // A field that may lead to one of several tables is labelled once.
    const field = `${line.from}.${line.field}`;
    const label = labelled.has(field) ? "" : endLabel(branch, line);
    labelled.add(field);
    const title = `${field} leads to ${line.cardinality} of ${line.to}; each of ${line.to} is led to by ${line.isUnique ? "at most one" : "many"} of ${line.from}`;
    parts.push(`<g class="link">${path(branch, colour(line.to), title)}${label}</g>`);
  });
  for (const { name, x, y, width, height } of layout.boxes.values()) {
    parts.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>`,
      `<text class="name" x="${x + 8}" y="${y + 19}">${escapeHtml(name)}</text>`,
    );
    (shown.get(name) ?? []).forEach((row, index) => {
      const mark = row.isReference ? ' class="key"' : "";
      parts.push(
        `<text x="${x + 8}" y="${y + 19 + rowHeight * (index + 1)}"${mark}>${escapeHtml(row.name)} <tspan class="type">${escapeHtml(row.type)}</tspan></text>`,
      );
    });
  }
  const summary = `${boxes.length} tables and ${links.length} references between them; the table of relationships says the same in words`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" height="${layout.height}" role="img" aria-label="${escapeHtml(summary)}">${parts.join("")}</svg>`;
}

/** References first, then the rest, and how many there are besides. */
function rowsOf(box: Box, lines: readonly Line[]): Box["fields"] {
  const isDrawn = (name: string) =>
    lines.some((line) => line.from === box.name && line.field.split(".")[0] === name);
  const keys = box.fields.filter((field) => isDrawn(field.name));
  const rest = box.fields.filter((field) => !isDrawn(field.name));
  const room = Math.max(0, maxRows - keys.length);
  if (rest.length <= room + 1) return [...keys, ...rest];
  const more = { name: `and ${rest.length - room} more`, type: "", isReference: false };
  return [...keys, ...rest.slice(0, room), more];
}

function path({ points }: Segment, colour: string, title: string): string {
  const [first, ...rest] = points.map(([x, y]) => `${round(x)} ${round(y)}`);
  const inner = title === "" ? "" : `<title>${escapeHtml(title)}</title>`;
  return `<path class="${colour}" d="M${first ?? ""} L${rest.join(" L")}">${inner}</path>`;
}

/** Beside the field: how many documents of this table lead to how many of the other. */
function endLabel({ points }: Segment, line: Line): string {
  const many = { "exactly one": "1", "zero or one": "0..1", many: "n" }[line.cardinality] ?? "";
  const end = points.at(-1);
  const before = points.at(-2);
  if (end === undefined || before === undefined) return "";
  const isRight = before[0] < end[0];
  // Beside a loop rather than on it.
  const isLoop = line.from === line.to;
  const text = `${line.isUnique ? "1" : "n"}:${many}`;
  return `<text class="end" x="${round(isLoop ? before[0] + 5 : end[0] + (isRight ? -4 : 4))}" y="${round(end[1] - 4)}" text-anchor="${isRight ? "end" : "start"}">${text}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
