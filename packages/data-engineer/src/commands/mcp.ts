// `mcp`: serves the tools over standard input and output until the client hangs up.
import { statSync } from "node:fs";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { ToolFailure } from "../project/failure.ts";
import { createServer } from "../mcp/server.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export async function mcp(
  directory: string,
  flags: CommonFlags & { allowWrites: boolean },
): Promise<number> {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ToolFailure(
      "no-project",
      `"${directory}" is not a folder. Pass the project's folder.`,
    );
  const report = reportOptions(flags);
  serveStdio(() =>
    createServer({
      directory,
      allowWrites: flags.allowWrites,
      report,
    }),
  );
  return await new Promise((resolve) => {
    process.stdin.once("end", () => {
      resolve(0);
    });
  });
}
