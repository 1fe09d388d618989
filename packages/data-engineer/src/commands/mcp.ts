// `mcp`: serves the tools over standard input and output until the client hangs up.
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createServer } from "../mcp/server.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export function mcp(
  directory: string,
  flags: CommonFlags & { allowWrites: boolean },
): Promise<number> {
  const report = reportOptions(flags);
  serveStdio(() =>
    createServer({
      directory,
      allowWrites: flags.allowWrites,
      report,
    }),
  );
  return new Promise((resolve) => {
    process.stdin.once("end", () => {
      resolve(0);
    });
  });
}
