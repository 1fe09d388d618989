// Draws tables and references as SVG: boxes in layers, targets left of what refers to them.
import { escapeHtml } from "./html.ts";

interface Box {
  name: string;
  fields: { name: string; type: string }[];
}

interface Line {
  from: string;
  field: string;
  to: string;
  cardinality: string;
  isUnique: boolean;
}

const rowHeight = 18;
const charWidth = 7.3;
const gapX = 90;
const gapY = 28;
const maxRows = 14;

export function drawDiagram(boxes: readonly Box[], lines: readonly Line[]): string {
  const layers = layersOf(boxes, lines);
  const placed = new Map<
    string,
    { x: number; y: number; width: number; height: number; box: Box }
  >();
  let x = 20;
  let bottom = 0;
  for (const layer of layers) {
    let y = 20;
    let width = 0;
    for (const box of layer) {
      const shown = box.fields.slice(0, maxRows);
      const longest = Math.max(
        box.name.length + 2,
        ...shown.map((field) => field.name.length + field.type.length + 3),
      );
      const size = { width: longest * charWidth + 16, height: (shown.length + 1) * rowHeight + 12 };
      const more = box.fields.length > maxRows ? rowHeight : 0;
      placed.set(box.name, { x, y, width: size.width, height: size.height + more, box });
      width = Math.max(width, size.width);
      y += size.height + more + gapY;
    }
    bottom = Math.max(bottom, y);
    x += width + gapX;
  }
  const parts: string[] = [];
  for (const line of lines) {
    const from = placed.get(line.from);
    const to = placed.get(line.to);
    if (from === undefined || to === undefined) continue;
    const row = from.box.fields.findIndex((field) => field.name === line.field.split(".")[0]);
    const startY = from.y + 12 + rowHeight * (Math.min(row < 0 ? 0 : row, maxRows) + 1.2);
    const endY = to.y + 14;
    const goesLeft = to.x < from.x;
    const startX = goesLeft ? from.x : from.x + from.width;
    const endX = goesLeft ? to.x + to.width : to.x + (to === from ? to.width : 0);
    const bend = Math.max(40, Math.abs(endX - startX) / 2);
    const sign = goesLeft ? -1 : 1;
    const back = to === from ? bend : -sign * bend;
    const ends = { "exactly one": "1", "zero or one": "0..1", many: "*" }[line.cardinality] ?? "";
    parts.push(
      `<path d="M${round(startX)} ${round(startY)} C${round(startX + sign * bend)} ${round(startY)} ${round(endX + back)} ${round(endY)} ${round(endX)} ${round(endY)}"><title>${escapeHtml(`${line.from}.${line.field} → ${line.to}`)}</title></path>`,
      `<text x="${round(endX + (goesLeft ? 4 : -26))}" y="${round(endY - 4)}">${ends}</text>`,
      `<text x="${round(startX + (goesLeft ? -26 : 4))}" y="${round(startY - 4)}">${line.isUnique ? "0..1" : "*"}</text>`,
    );
  }
  for (const { x: left, y, width, height, box } of placed.values()) {
    parts.push(
      `<rect x="${round(left)}" y="${y}" width="${round(width)}" height="${height}" rx="4"/>`,
      `<text class="name" x="${round(left + 8)}" y="${y + 18}">${escapeHtml(box.name)}</text>`,
    );
    box.fields.slice(0, maxRows).forEach((field, index) => {
      const rowY = y + 18 + rowHeight * (index + 1);
      parts.push(
        `<text x="${round(left + 8)}" y="${rowY}">${escapeHtml(field.name)} <tspan class="type">${escapeHtml(field.type)}</tspan></text>`,
      );
    });
    if (box.fields.length > maxRows)
      parts.push(
        `<text class="type" x="${round(left + 8)}" y="${y + 18 + rowHeight * (maxRows + 1)}">and ${box.fields.length - maxRows} more</text>`,
      );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(x)} ${round(bottom)}" width="${round(x)}" height="${round(bottom)}" role="img" aria-label="Tables and their references">${parts.join("")}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Tables nothing refers from first; a table stands right of those it refers to. Cycles are cut at a depth. */
function layersOf(boxes: readonly Box[], lines: readonly Line[]): Box[][] {
  const depth = new Map<string, number>();
  const depthOf = (name: string, path: readonly string[]): number => {
    const known = depth.get(name);
    if (known !== undefined) return known;
    if (path.includes(name) || path.length > 8) return 0;
    const targets = lines
      .filter((line) => line.from === name && line.to !== name)
      .map((line) => line.to);
    const value =
      targets.length === 0 ? 0 : 1 + Math.max(...targets.map((to) => depthOf(to, [...path, name])));
    if (path.length === 0) depth.set(name, Math.min(value, 8));
    return value;
  };
  const layers: Box[][] = [];
  for (const box of boxes) {
    const layer = depthOf(box.name, []);
    const list = layers[layer] ?? [];
    list.push(box);
    layers[layer] = list;
  }
  return layers.filter((layer) => layer !== undefined);
}
