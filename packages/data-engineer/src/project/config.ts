// The tool's own configuration: `convex-data-engineer.json`, or the key `convexDataEngineer` in package.json.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ruleIds } from "../rules/catalogue.ts";
import { nearest } from "../rules/similar-names.ts";
import { ToolFailure } from "./failure.ts";
import { parseJson } from "./json.ts";

const configSchema = z.strictObject({
  /** Globs of files, relative to the project, whose findings are dropped. */
  ignore: z.array(z.string()).default([]),
  /** Severity per rule, or "off". */
  rules: z.record(z.string(), z.enum(["off", "error", "warning", "info"])).default({}),
  indexNames: z.enum(["official", "anySeparator", "off"]).default("official"),
  /** An ignore comment without a reason is itself reported. */
  strict: z.boolean().default(false),
  /** Tables up to this many documents may be scanned. */
  smallTable: z.number().int().positive().default(1_000),
  tables: z
    .record(z.string(), z.strictObject({ maxDocuments: z.number().int().nonnegative() }))
    .default({}),
  /** Documents a call may read at most, by function name; `measure` fails above it. */
  budgets: z.record(z.string(), z.number().int().nonnegative()).default({}),
  /** Folder of migrations, relative to the Convex folder. */
  migrations: z.string().default("migrations"),
});

export type Config = z.infer<typeof configSchema>;

export const configFileName = "convex-data-engineer.json";

export function defaultConfig(): Config {
  return configSchema.parse({});
}

/**
 * Reads the configuration of the project in `directory`; defaults when it has none.
 *
 * @throws ToolFailure `bad-config` naming the file and the wrong key
 */
export function loadConfig(directory: string): Config {
  const own = join(directory, configFileName);
  if (existsSync(own)) return parse(own, readJson(own));
  const manifest = join(directory, "package.json");
  if (existsSync(manifest)) {
    const json = readJson(manifest);
    if (typeof json === "object" && json !== null && "convexDataEngineer" in json)
      return parse(`${manifest} (convexDataEngineer)`, json.convexDataEngineer);
  }
  return defaultConfig();
}

function parse(file: string, json: unknown): Config {
  const result = configSchema.safeParse(json);
  if (result.success) {
    const unknown = Object.keys(result.data.rules).find((rule) => !ruleIds.includes(rule));
    if (unknown === undefined) return result.data;
    const near = nearest(unknown, ruleIds);
    throw new ToolFailure(
      "bad-config",
      `${file} configures the rule "${unknown}", which does not exist.${near === null ? ` The rules are: ${ruleIds.join(", ")}.` : ` Did you mean "${near}"?`}`,
    );
  }
  throw new ToolFailure(
    "bad-config",
    `${file} is not understood:\n${z.prettifyError(result.error)}`,
  );
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ToolFailure("bad-config", `${file} cannot be read. Make it a file you may read.`, {
      cause,
    });
  }
  const json = parseJson(text);
  if (json === undefined)
    throw new ToolFailure("bad-config", `${file} is not JSON. Mend it first.`);
  return json;
}

/** Matches a path against a glob: `**` any folders, `*` within one segment, `?` one character. */
export function matchesGlob(path: string, glob: string): boolean {
  const pattern = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/?|\*|\?/g, (part) => {
    if (part === "?") return "[^/]";
    if (part === "*") return "[^/]*";
    return part.endsWith("/") ? "(?:.*/)?" : ".*";
  });
  return new RegExp(`^${pattern}$`).test(path);
}
