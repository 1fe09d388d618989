// `mcp`: serves the tools over standard input and output until the client hangs up.
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createServer } from "../mcp/server.ts";
import type { CommonFlags } from "./patterns.ts";

export function mcp(
  directory: string,
  flags: CommonFlags & { allowWrites: boolean },
): Promise<number> {
  serveStdio(() =>
    createServer({
      directory,
      allowWrites: flags.allowWrites,
      report: { execute: flags.exec, cache: flags.cache },
    }),
  );
  return new Promise((resolve) => {
    process.stdin.once("end", () => {
      resolve(0);
    });
  });
}
