// What all commands work from: the models and findings of a project, plain data, from the cache when nothing changed.
import { resolve } from "node:path";
import type { Boundness } from "../model/boundness.ts";
import type { Model } from "../model/model.ts";
import type { Finding } from "../rules/finding.ts";
import { readCache, writeCache } from "./cache.ts";
import { loadConfig, type Config } from "./config.ts";
import type { Engine } from "../types/engine.ts";
import { discoverFolders } from "./discover.ts";

export interface FolderReport {
  /** Absolute path of the Convex folder. */
  path: string;
  model: Model;
  findings: Finding[];
  boundness: [string, Boundness][];
}

export interface ProjectReport {
  root: string;
  folders: FolderReport[];
}

export interface ReportOptions {
  /** False: no module of the project is run. */
  execute: boolean;
  /** False: neither read nor write the cache. */
  cache: boolean;
  /** Which type checker is asked where the syntax does not tell; `ts6` when left out. */
  engine?: Engine;
}

/**
 * Analyses the project in `directory`.
 *
 * @throws ToolFailure when there is no Convex folder or the configuration is wrong
 */
export async function reportProject(
  directory: string,
  options: ReportOptions,
): Promise<{ report: ProjectReport; config: Config }> {
  const root = resolve(directory);
  const config = loadConfig(root);
  const folders = discoverFolders(root);
  const engine = options.engine ?? "ts6";
  const key = { config, execute: options.execute, engine, folders };
  if (options.cache) {
    const cached = readCache(root, key);
    if (cached !== null) return { report: cached, config };
  }
  // Loaded late: a warm run needs no compiler.
  const { analyseFolder } = await import("../model/analysis.ts");
  const { auditAnalysis } = await import("../rules/audit.ts");
  const { boundnessOf } = await import("../model/boundness.ts");
  const report: ProjectReport = { root, folders: [] };
  const inputs = new Set<string>();
  for (const folder of folders) {
    const analysis = await analyseFolder(root, folder, {
      config,
      execute: options.execute,
      engine,
    });
    report.folders.push({
      path: folder.path,
      model: analysis.model,
      findings: auditAnalysis(analysis),
      boundness: [...boundnessOf(analysis.model, config)],
    });
    for (const path of analysis.program.inputs) inputs.add(path);
    for (const path of analysis.introspection?.inputs ?? []) inputs.add(path);
    for (const path of analysis.oracle?.files() ?? []) inputs.add(path);
  }
  if (options.cache) writeCache(root, key, inputs, report);
  return { report, config };
}
