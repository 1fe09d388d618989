// Where tables and lines of the diagram go: tables in columns, right of what they refer to, and for each table that is
// referred to one trunk of straight lines, which runs in its own track between columns and in gaps between boxes.

export interface Size {
  name: string;
  width: number;
  height: number;
}

export interface Link {
  from: string;
  to: string;
  /** Height of the field below the top of its box. */
  offset: number;
}

export interface Placed extends Size {
  x: number;
  y: number;
}

/** From the field to the trunk, or a stretch of the trunk. */
export interface Segment {
  /** The table referred to. */
  to: string;
  points: [number, number][];
}

export interface Layout {
  boxes: Map<string, Placed>;
  trunks: Segment[];
  /** One per link, in its order; ends at the field. */
  branches: (Segment | null)[];
  width: number;
  height: number;
}

const gapY = 26;
const margin = 16;
/** Between a box and the first track beside it, where the ends are labelled. */
const clear = 46;
const trackWidth = 11;
/** Where a trunk leaves its table, below its top. */
export const portOffset = 15;
/** Widest row of tables that stand alone. */
const looseWidth = 1_100;

interface Node {
  key: string;
  column: number;
  size: Size | null;
  /** The table whose trunk passes here. */
  passes: string | null;
  y: number;
}

export function layOut(sizes: readonly Size[], links: readonly Link[]): Layout {
  const tied = new Set(
    links.flatMap((link) => (link.from === link.to ? [] : [link.from, link.to])),
  );
  const columns = columnsOf(
    sizes.filter((size) => tied.has(size.name)),
    links,
  );
  const columnOf = new Map<string, number>();
  for (const column of columns)
    for (const node of column) if (node.size !== null) columnOf.set(node.size.name, node.column);
  order(columns, links, columnOf);
  place(columns, links);
  return route(sizes, links, columns, columnOf, tied);
}

/** Longest way down the references; a circle is cut at its first table by name. */
function columnsOf(sizes: readonly Size[], links: readonly Link[]): Node[][] {
  const depth = new Map<string, number>();
  const depthOf = (name: string, path: readonly string[]): number => {
    const known = depth.get(name);
    if (known !== undefined) return known;
    const inner = [...path, name];
    const value = Math.max(
      0,
      ...links
        .filter((link) => link.from === name && !inner.includes(link.to))
        .map((link) => 1 + depthOf(link.to, inner)),
    );
    if (path.length === 0) depth.set(name, value);
    return value;
  };
  const columns: Node[][] = [];
  for (const size of sizes) {
    const column = depthOf(size.name, []);
    (columns[column] ??= []).push({ key: size.name, column, size, passes: null, y: 0 });
  }
  // No column stays empty.
  const full = columns.filter((column) => column !== undefined);
  full.forEach((column, index) => {
    for (const node of column) node.column = index;
  });
  const columnOf = new Map(full.flatMap((column) => column.map((node) => [node.key, node.column])));
  // A trunk passes through the columns between.
  for (const target of new Set(links.map((link) => link.to))) {
    const own = columnOf.get(target);
    const ends = links
      .filter((link) => link.to === target)
      .map((link) => columnOf.get(link.from))
      .filter((column) => column !== undefined);
    if (own === undefined) continue;
    for (let column = own + 1; column < Math.max(...ends); column++)
      full[column]?.push({ key: `> ${target}`, column, size: null, passes: target, y: 0 });
  }
  return full;
}

/** Nodes come near what they are tied to in the columns beside them. */
function order(
  columns: Node[][],
  links: readonly Link[],
  columnOf: ReadonlyMap<string, number>,
): void {
  const rank = new Map<string, number>();
  const remember = () => {
    for (const column of columns)
      column.forEach((node, index) =>
        rank.set(`${node.column} ${node.key}`, index / Math.max(1, column.length)),
      );
  };
  remember();
  const neighbours = (node: Node, side: -1 | 1): number[] => {
    const at = node.column + side;
    const found: (number | undefined)[] = [];
    const stop = (target: string) =>
      columnOf.get(target) === at ? rank.get(`${at} ${target}`) : rank.get(`${at} > ${target}`);
    if (side === -1) {
      for (const target of targetsOf(node, links)) found.push(stop(target));
    } else {
      const target = node.passes ?? node.key;
      found.push(rank.get(`${at} > ${target}`));
      for (const link of links)
        if (link.to === target && columnOf.get(link.from) === at)
          found.push(rank.get(`${at} ${link.from}`));
    }
    return found.filter((value) => value !== undefined);
  };
  for (let sweep = 0; sweep < 6; sweep++) {
    const side = sweep % 2 === 0 ? -1 : 1;
    for (const column of side === -1 ? columns : [...columns].reverse()) {
      const wanted = new Map(
        column.map((node, index) => {
          const near = neighbours(node, side);
          const own = index / Math.max(1, column.length);
          return [
            node,
            near.length === 0 ? own : near.reduce((sum, value) => sum + value, 0) / near.length,
          ];
        }),
      );
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      remember();
    }
  }
}

function targetsOf(node: Node, links: readonly Link[]): string[] {
  if (node.passes !== null) return [node.passes];
  return links
    .filter((link) => link.from === node.key && link.to !== node.key)
    .map((link) => link.to);
}

/** Top to bottom, each as near as it can be to the middle of what it refers to. */
function place(columns: readonly Node[][], links: readonly Link[]): void {
  const port = new Map<string, number>();
  for (const column of columns) {
    let free = margin;
    for (const node of column) {
      const near = targetsOf(node, links)
        .map((target) => port.get(target))
        .filter((value) => value !== undefined);
      const height = node.size?.height ?? 0;
      const wish =
        near.length === 0
          ? free
          : near.reduce((sum, value) => sum + value, 0) / near.length -
            (node.passes === null ? height / 2 : 0);
      // A little air is worth a straighter line, an empty column is not.
      node.y = Math.max(free, Math.min(wish, free + 120));
      free = node.y + height + (node.passes === null ? gapY : trackWidth);
    }
    for (const node of column) {
      if (node.passes !== null) port.set(node.passes, node.y);
      else port.set(node.key, node.y + portOffset);
    }
  }
}

interface Stop {
  y: number;
  side: "left" | "right";
  branch: number | null;
}

function route(
  sizes: readonly Size[],
  links: readonly Link[],
  columns: readonly Node[][],
  columnOf: ReadonlyMap<string, number>,
  tied: ReadonlySet<string>,
): Layout {
  const nodes = new Map(columns.flat().map((node) => [`${node.column} ${node.key}`, node]));
  const nodeOf = (name: string) => nodes.get(`${columnOf.get(name) ?? -1} ${name}`);
  // Channel c lies left of column c; in it each trunk has what it must reach.
  const channels: Map<string, Stop[]>[] = Array.from(
    { length: columns.length + 1 },
    () => new Map<string, Stop[]>(),
  );
  const reach = (channel: number, target: string, stop: Stop) => {
    const stops = channels[channel];
    const list = stops?.get(target) ?? [];
    list.push(stop);
    stops?.set(target, list);
  };
  for (const target of new Set(links.map((link) => link.to))) {
    const home = nodeOf(target);
    if (home === undefined) continue;
    const forward: number[] = [];
    links.forEach((link, index) => {
      const from = nodeOf(link.from);
      if (link.to !== target || from === undefined || link.from === target) return;
      const y = from.y + link.offset;
      // To a table on its right, or in its own column: around by the channel left of that one.
      if (from.column <= home.column) {
        const channel = from.column === home.column ? home.column : from.column + 1;
        reach(channel, target, {
          y,
          side: from.column === home.column ? "right" : "left",
          branch: index,
        });
        if (channel === home.column)
          reach(channel, target, { y: home.y + portOffset, side: "right", branch: null });
      } else {
        reach(from.column, target, { y, side: "right", branch: index });
        forward.push(from.column);
      }
    });
    if (forward.length === 0) continue;
    reach(home.column + 1, target, { y: home.y + portOffset, side: "left", branch: null });
    for (let column = home.column + 1; column < Math.max(...forward); column++) {
      const pass = nodes.get(`${column} > ${target}`);
      if (pass === undefined) continue;
      reach(column, target, { y: pass.y, side: "right", branch: null });
      reach(column + 1, target, { y: pass.y, side: "left", branch: null });
    }
  }
  const trunks: Segment[] = [];
  const branches: (Segment | null)[] = links.map(() => null);
  const boxes = new Map<string, Placed>();
  let x = margin;
  const spread = channels.map(tracksOf);
  columns.forEach((column, index) => {
    const tracks = spread[index] ?? new Map<string, number>();
    const used = tracks.size === 0 ? 0 : 1 + Math.max(...tracks.values());
    const left = x;
    x +=
      used === 0
        ? index === 0
          ? 0
          : clear
        : (index === 0 ? 0 : clear / 2) + used * trackWidth + clear;
    const right = x;
    const width = Math.max(0, ...column.map((node) => node.size?.width ?? 0));
    for (const node of column)
      if (node.size !== null) boxes.set(node.key, { ...node.size, x, y: node.y });
    for (const [target, stops] of channels[index] ?? []) {
      const at = left + (index === 0 ? 0 : clear / 2) + (tracks.get(target) ?? 0) * trackWidth;
      const ys = stops.map((stop) => stop.y);
      trunks.push({
        to: target,
        points: [
          [at, Math.min(...ys)],
          [at, Math.max(...ys)],
        ],
      });
      for (const stop of stops) {
        const near = columns[index - 1] ?? [];
        const nearest =
          stop.side === "right" ? right : leftEnd(stop, target, near, boxes, left, links);
        const segment: Segment = {
          to: target,
          points: [
            [at, stop.y],
            [nearest, stop.y],
          ],
        };
        if (stop.branch === null) trunks.push(segment);
        else branches[stop.branch] = segment;
      }
    }
    // A trunk that passes this column crosses it in its gap.
    for (const node of column)
      if (node.passes !== null)
        trunks.push({
          to: node.passes,
          points: [
            [right, node.y],
            [right + width, node.y],
          ],
        });
    x += width;
  });
  const tiedHeight = Math.max(
    0,
    ...[...boxes.values()].map((box) => box.y + box.height),
    ...columns.flat().map((node) => node.y),
  );
  const loose = placeLoose(
    sizes.filter((size) => !tied.has(size.name)),
    boxes.size === 0 ? margin : tiedHeight + 2 * gapY,
    Math.max(looseWidth, x),
  );
  for (const box of loose) boxes.set(box.name, box);
  links.forEach((link, index) => {
    const box = boxes.get(link.from);
    if (link.from !== link.to || box === undefined) return;
    // A loop on the right side.
    const edge = box.x + box.width;
    branches[index] = {
      to: link.to,
      points: [
        [edge, box.y + portOffset],
        [edge + 18, box.y + portOffset],
        [edge + 18, box.y + link.offset],
        [edge, box.y + link.offset],
      ],
    };
  });
  const all = [...boxes.values()];
  return {
    boxes,
    trunks,
    branches,
    width: Math.max(x, ...all.map((box) => box.x + box.width)) + clear,
    height: Math.max(0, ...all.map((box) => box.y + box.height)) + margin,
  };
}

/** A stop on the left of a channel is the right edge of a box there, or of the whole column where a trunk passes. */
function leftEnd(
  stop: Stop,
  target: string,
  column: readonly Node[],
  boxes: ReadonlyMap<string, Placed>,
  edge: number,
  links: readonly Link[],
): number {
  const name = stop.branch === null ? target : (links[stop.branch]?.from ?? target);
  const node = column.find((item) => item.key === name);
  const box = node === undefined ? undefined : boxes.get(node.key);
  return box === undefined ? edge : box.x + box.width;
}

/** A track for each trunk of a channel; trunks whose stretches do not meet share one. */
function tracksOf(channel: ReadonlyMap<string, readonly Stop[]>): Map<string, number> {
  const ends: [number, number][][] = [];
  const tracks = new Map<string, number>();
  const spans = [...channel].map(([target, stops]) => {
    const ys = stops.map((stop) => stop.y);
    return { target, from: Math.min(...ys), to: Math.max(...ys) };
  });
  spans.sort((a, b) => a.from - b.from || a.target.localeCompare(b.target));
  for (const { target, from, to } of spans) {
    const isFree = (track: readonly [number, number][]) =>
      track.every(([top, bottom]) => to + 8 < top || from - 8 > bottom);
    let at = ends.findIndex(isFree);
    if (at < 0) at = ends.push([]) - 1;
    ends[at]?.push([from, to]);
    tracks.set(target, at);
  }
  return tracks;
}

/** Tables without references stand below, in rows. */
function placeLoose(sizes: readonly Size[], top: number, width: number): Placed[] {
  const placed: Placed[] = [];
  let x = margin;
  let y = top;
  let tallest = 0;
  for (const size of sizes) {
    if (x > margin && x + size.width > width) {
      x = margin;
      y += tallest + gapY;
      tallest = 0;
    }
    placed.push({ ...size, x, y });
    x += size.width + gapY + 18;
    tallest = Math.max(tallest, size.height);
  }
  return placed;
}
