// From what was thrown in a realm or worker to the text a client gets: source-mapped frames, Convex's layout.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { CompiledModule } from "./analysis.ts";
import type { GuestFailure } from "./guest/realm-host.ts";

interface Position {
  source: string;
  line: number;
  column: number;
}

/** Maps frames of compiled modules back to the files they were made of. Parses a source map on first need. */
export class SourceMapper {
  readonly #find: (definitionPath: string, modulePath: string) => CompiledModule | undefined;
  readonly #maps = new WeakMap<CompiledModule, { code: TraceMap; source: TraceMap | null }>();

  constructor(find: (definitionPath: string, modulePath: string) => CompiledModule | undefined) {
    this.#find = find;
  }

  locate(
    definitionPath: string,
    modulePath: string,
    line: number,
    column: number,
  ): Position | null {
    const module = this.#find(definitionPath, modulePath);
    if (module === undefined) return null;
    let maps = this.#maps.get(module);
    if (maps === undefined) {
      maps = {
        code: new TraceMap(module.codeMap),
        source: module.sourceMap === null ? null : new TraceMap(module.sourceMap),
      };
      this.#maps.set(module, maps);
    }
    const bundled = originalPositionFor(maps.code, { line, column });
    if (bundled.line === null) return null;
    if (maps.source === null) {
      return { source: modulePath, line: bundled.line, column: bundled.column };
    }
    const original = originalPositionFor(maps.source, {
      line: bundled.line,
      column: bundled.column,
    });
    if (original.source === null) return null;
    return { source: original.source, line: original.line, column: original.column };
  }

  /** Lines `    at name (file:line:column)`, without the library's own frames at either end. */
  frames(stack: string): string[] {
    const frames: { text: string; isLibrary: boolean }[] = [];
    for (const line of ownLines(stack)) {
      const match = frameLine.exec(line);
      if (match === null) continue;
      const [, rawName = "", definitionPath = "", modulePath = "", row = "", column = ""] = match;
      const position = this.locate(definitionPath, modulePath, Number(row), Number(column) - 1);
      if (position === null) continue;
      const place = `${position.source}:${position.line}:${position.column + 1}`;
      const name = rawName.trim().replace(/^Object\./, "");
      frames.push({
        text: `    at ${name === "" ? "<anonymous>" : name} (${place})`,
        isLibrary: /node_modules\/convex\/|npm-packages\/convex\//.test(position.source),
      });
    }
    while (frames[0]?.isLibrary === true) frames.shift();
    while (frames.at(-1)?.isLibrary === true) frames.pop();
    return frames.map((frame) => frame.text);
  }
}

/**
 * The lines of a stack that belong to the innermost call. Realms run within the host and calls within calls, so one stack holds:
 * the call's own frames, the host's, those of calls around it, and last what the running microtask goes back to.
 */
function ownLines(stack: string): string[] {
  const lines = stack.split("\n");
  const hostAt = lines.findIndex((line) => line.includes("runInContext (node:vm"));
  if (hostAt < 0) return lines;
  const own = lines.slice(0, hostAt);
  // Before its first wait a call has no microtask of its own: what follows is the caller's.
  const isFirstStep = own.some((line) => line.includes("convex-realm:run"));
  if (isFirstStep) return own;
  return [...own, ...lines.slice(hostAt).filter((line) => line.startsWith("    at async "))];
}

// `    at async Object.handler (convex-module:|messages.js:10:8)`, or without a name: `    at convex-module:…`.
const frameLine = /^\s+at (?:async )?(?:(.*?) \()?convex-module:([^|]*)\|(.*?):(\d+):(\d+)\)?$/;

/** `Uncaught Name: message` and frames, as clients get it after the request id line. */
export function describeUncaught(failure: GuestFailure, mapper: SourceMapper): string {
  const title = failure.isError
    ? `Uncaught ${failure.name}: ${failure.message}`
    : `Uncaught ${failure.message}`;
  const frames = mapper.frames(failure.stack);
  return frames.length === 0 ? title : `${title}\n${frames.join("\n")}\n`;
}
