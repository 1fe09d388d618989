#!/usr/bin/env node
// The command line: parses flags, runs a command, prints, and turns failures into exit code 2.
import { runCommandLine } from "./commands/program.ts";

// Whoever reads may have had enough (`| head`): the rest goes nowhere, the exit code stays what it is.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

process.exitCode = await runCommandLine(process.argv, {
  write: (text) => process.stdout.writable && process.stdout.write(text),
  error: (text) => process.stderr.writable && process.stderr.write(text),
});
